/// The quota service: may this call spend?
@NullMarked
package dev.tollgate.quota;

import org.jspecify.annotations.NullMarked;
