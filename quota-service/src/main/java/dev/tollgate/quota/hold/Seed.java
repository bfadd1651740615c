package dev.tollgate.quota.hold;

/// What a counter starts from, as the ledger has it.
public record Seed(Counter counter, long amount) {}
