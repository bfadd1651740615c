package dev.tollgate.pricing.gather;

/// A price as a collection states it, and where.
///
/// @param source as the book's price names it
record Stated(Amount amount, String source, String entry, String field) {}
