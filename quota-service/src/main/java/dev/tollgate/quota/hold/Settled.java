package dev.tollgate.quota.hold;

/// The store's answer to a caller's settlement.
public sealed interface Settled {
  /// What the reservation is charged: this settlement's cost, or that of the one that counted
  /// before.
  record Charged(boolean replayed, long costNanos) implements Settled {}

  /// The reservation was given back before.
  record GivenBack() implements Settled {}

  /// The store knows nothing of it, though it has lost nothing since it was made: too late.
  record Unknown() implements Settled {}

  /// The store was lost and is not rebuilt yet: whether this is charged would be forgotten again.
  /// Nothing changed; to be asked again.
  record NotYet() implements Settled {}
}
