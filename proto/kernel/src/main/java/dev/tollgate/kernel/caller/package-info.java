/// Who calls, and what that caller may do.
@NullMarked
package dev.tollgate.kernel.caller;

import org.jspecify.annotations.NullMarked;
