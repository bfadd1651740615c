package dev.tollgate.ingest.encode;

import dev.tollgate.ingest.log.Fingerprint;

/// A fact that counts: what becomes one row of its table.
///
/// @param message valid, with what its caller's credential pins filled in, and the surrogate of its
///   user in place of the name
/// @param fingerprint of what the caller sent
public record Noted<M>(
    String tenant, String id, M message, Fingerprint fingerprint, long receivedMillis) {}
