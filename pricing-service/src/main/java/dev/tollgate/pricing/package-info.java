/// Serves price books: what a unit costs, and since when.
@NullMarked
package dev.tollgate.pricing;

import org.jspecify.annotations.NullMarked;
