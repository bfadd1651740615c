package dev.tollgate.client.record;

import dev.tollgate.proto.ingest.v1.UsageEvent;

/// An event that was read from the spool, and which file it is from.
record Spooled(UsageEvent event, SpoolFile file) {}
