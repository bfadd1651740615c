/// Failures on the wire.
@NullMarked
package dev.tollgate.kernel.failure;

import org.jspecify.annotations.NullMarked;
