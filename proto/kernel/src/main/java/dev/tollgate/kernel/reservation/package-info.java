/// What anybody may read in a reservation's id without being able to make one.
@NullMarked
package dev.tollgate.kernel.reservation;

import org.jspecify.annotations.NullMarked;
