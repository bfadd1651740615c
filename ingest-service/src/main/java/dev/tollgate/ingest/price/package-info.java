/// What an event costs, by the books that pricing-service publishes.
@NullMarked
package dev.tollgate.ingest.price;

import org.jspecify.annotations.NullMarked;
