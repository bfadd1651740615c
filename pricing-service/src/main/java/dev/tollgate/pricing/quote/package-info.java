/// What a call may cost at most.
@NullMarked
package dev.tollgate.pricing.quote;

import org.jspecify.annotations.NullMarked;
