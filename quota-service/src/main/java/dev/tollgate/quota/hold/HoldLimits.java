package dev.tollgate.quota.hold;

/// How much of the store one tenant's holds may take.
///
/// @param openHoldsMax open at once
/// @param newHoldsMax made within the same ten minutes; their records are kept for at least that
///   long
public record HoldLimits(long openHoldsMax, long newHoldsMax) {
  public static final HoldLimits DEFAULT = new HoldLimits(500_000, 20_000_000);
}
