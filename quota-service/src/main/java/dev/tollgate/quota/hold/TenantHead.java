package dev.tollgate.quota.hold;

import java.time.Instant;

/// What the store knows of a tenant as a whole; without one, nothing is granted.
///
/// @param epoch this life of the store, 1 to 32 of `a-z0-9`
/// @param policyVersion the newest that any instance told
/// @param seededVersion the last seeding that is done; 0: none in this life
/// @param strictFrom from when strict wishes are granted
public record TenantHead(
    String epoch, long policyVersion, long seededVersion, Instant strictFrom) {}
