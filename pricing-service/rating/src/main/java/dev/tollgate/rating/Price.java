package dev.tollgate.rating;

import java.math.BigDecimal;
import java.time.Instant;

/// One row of a price book: what a quantity of a bucket costs, for which calls, and when.
///
/// @param id unique and stable within its book
/// @param serviceTier empty for the standard tier
/// @param region empty for every region without a price of its own
/// @param net whether discounts of this book and those above it are in the amount already
/// @param unitQuantity how much the amount buys: 1,000,000 for prices per million
/// @param from first instant at which it holds; `Instant.MIN` is since ever
/// @param to first instant at which it holds no more; `Instant.MAX` is until further notice
/// @param source where the fact comes from: file, commit or address, and date
public record Price(
    String id,
    Bucket bucket,
    String serviceTier,
    String region,
    ContextTier contextTier,
    Schedule schedule,
    Volume volume,
    Allotment allotment,
    boolean net,
    long unitQuantity,
    BigDecimal amount,
    Instant from,
    Instant to,
    String source) {

  /// Whether the instant is between its first and its last; its schedule may still exclude it.
  public boolean holdsAt(Instant time) {
    return !time.isBefore(from) && time.isBefore(to);
  }
}
