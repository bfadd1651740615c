/// Sends whole books to the services that price with them.
@NullMarked
package dev.tollgate.pricing.watch;

import org.jspecify.annotations.NullMarked;
