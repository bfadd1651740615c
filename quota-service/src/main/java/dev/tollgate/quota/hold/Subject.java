package dev.tollgate.quota.hold;

/// What is called: all that a price depends on, but for the usage and the time.
public record Subject(String provider, String model, String serviceTier, String region) {}
