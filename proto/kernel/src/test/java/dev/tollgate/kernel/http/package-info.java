/// The JSON edge, driven over real sockets.
@NullMarked
package dev.tollgate.kernel.http;

import org.jspecify.annotations.NullMarked;
