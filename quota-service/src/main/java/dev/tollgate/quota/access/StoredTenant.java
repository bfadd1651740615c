package dev.tollgate.quota.access;

import java.time.Instant;

/// A tenant, as the control table keeps it.
record StoredTenant(String id, String displayName, Instant createTime) {}
