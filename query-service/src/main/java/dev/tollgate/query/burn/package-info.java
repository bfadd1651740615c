/// How fast budgets are used up.
@NullMarked
package dev.tollgate.query.burn;

import org.jspecify.annotations.NullMarked;
