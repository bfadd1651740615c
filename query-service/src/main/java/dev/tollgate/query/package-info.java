/// The query service: where the money went.
@NullMarked
package dev.tollgate.query;

import org.jspecify.annotations.NullMarked;
