/// Makes price books of what others publish about prices, and says what it left out and why.
@NullMarked
package dev.tollgate.pricing.gather;

import org.jspecify.annotations.NullMarked;
