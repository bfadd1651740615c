/// What a call costs: a price book and a usage give a charge. Pure: no I/O, no clock, no state.
@NullMarked
package dev.tollgate.rating;

import org.jspecify.annotations.NullMarked;
