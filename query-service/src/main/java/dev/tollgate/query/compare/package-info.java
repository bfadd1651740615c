/// What usage would have cost at other models' prices.
@NullMarked
package dev.tollgate.query.compare;

import org.jspecify.annotations.NullMarked;
