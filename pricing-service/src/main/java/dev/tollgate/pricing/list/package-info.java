/// Lists the prices of a book to people.
@NullMarked
package dev.tollgate.pricing.list;

import org.jspecify.annotations.NullMarked;
