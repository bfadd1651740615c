/// The price books that pricing-service has published, kept by whoever prices with them.
@NullMarked
package dev.tollgate.books;

import org.jspecify.annotations.NullMarked;
