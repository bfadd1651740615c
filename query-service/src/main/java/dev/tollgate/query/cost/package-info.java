/// What was spent, by whatever it can be attributed to.
@NullMarked
package dev.tollgate.query.cost;

import org.jspecify.annotations.NullMarked;
