package dev.tollgate.query.org;

import java.time.Instant;

/// Under which parent a child is from a time on; under none where that is empty.
///
/// @param from the epoch for from ever
record OrgLink(OrgLevel level, String child, String parent, Instant from) {}
