package dev.tollgate.pricing.publish;

import dev.tollgate.rating.PriceBook;
import java.time.Instant;

/// A version of a book that was published, with the very text that was stored.
public record PublishedBook(PriceBook book, String content, Instant publishTime) {}
