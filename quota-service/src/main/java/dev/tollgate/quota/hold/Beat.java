package dev.tollgate.quota.hold;

import java.util.Optional;

/// What the store has of a tenant when an instance leaves a mark.
///
/// @param last the instance's mark before this one; 0 where the store has none
public record Beat(Optional<TenantHead> head, long last) {}
