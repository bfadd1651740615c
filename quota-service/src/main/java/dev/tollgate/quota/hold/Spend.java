package dev.tollgate.quota.hold;

/// What one call consumes of any budget: money rounded up to nanos, and tokens. Neither is
/// negative.
public record Spend(long costNanos, long tokens) {}
