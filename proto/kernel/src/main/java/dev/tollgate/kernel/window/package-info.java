/// The windows in which budgets count.
@NullMarked
package dev.tollgate.kernel.window;

import org.jspecify.annotations.NullMarked;
