/// Calls from one Tollgate service to another.
@NullMarked
package dev.tollgate.kernel.peer;

import org.jspecify.annotations.NullMarked;
