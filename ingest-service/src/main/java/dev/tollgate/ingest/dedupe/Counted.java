package dev.tollgate.ingest.dedupe;

import dev.tollgate.ingest.log.Fingerprint;

/// What counts under an event's id.
///
/// @param position of its record in the log; 0 where the log's ledger had it before
public record Counted(Fingerprint content, long position) {}
