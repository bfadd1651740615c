/// What a call costs that was made.
@NullMarked
package dev.tollgate.pricing.rate;

import org.jspecify.annotations.NullMarked;
