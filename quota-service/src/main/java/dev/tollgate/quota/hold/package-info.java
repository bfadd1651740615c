/// What is held and what was charged, per counter: the one place where budgets are spent.
@NullMarked
package dev.tollgate.quota.hold;

import org.jspecify.annotations.NullMarked;
