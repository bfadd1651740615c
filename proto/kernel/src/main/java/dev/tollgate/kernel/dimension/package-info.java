/// What calls are attributed to, by name.
@NullMarked
package dev.tollgate.kernel.dimension;

import org.jspecify.annotations.NullMarked;
