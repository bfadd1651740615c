package dev.tollgate.pricing.gather;

import dev.tollgate.rating.PriceBook;

/// What came of a collection.
///
/// @param book of all that was taken; it may hold nothing
public record Gathered(PriceBook book, GatherReport report) {}
