/// What differs between two versions of a book, and what of that a person has to look at.
@NullMarked
package dev.tollgate.pricing.compare;

import org.jspecify.annotations.NullMarked;
