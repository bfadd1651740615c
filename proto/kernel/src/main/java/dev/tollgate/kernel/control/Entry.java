package dev.tollgate.kernel.control;

import java.time.Instant;

/// One version of one thing in a control table. Its content is JSON.
public record Entry(
    String tenant, String id, long version, String content, String actor, Instant writeTime) {}
