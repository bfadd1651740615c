package dev.tollgate.ingest.ledger;

import java.time.Instant;

/// Which events are meant.
///
/// @param until the first instant behind them
/// @param provider empty for every one
/// @param modelPattern empty for every one; `*` stands for any characters
public record Selection(Instant from, Instant until, String provider, String modelPattern) {}
