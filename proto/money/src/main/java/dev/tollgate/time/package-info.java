/// Where time comes from.
@NullMarked
package dev.tollgate.time;

import org.jspecify.annotations.NullMarked;
