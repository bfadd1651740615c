package dev.tollgate.rating;

import dev.tollgate.money.Picos;
import java.util.List;

/// What a call costs: the sum of its lines, or a status that says why that is not known.
///
/// @param currency the book's, also where the cost is not known
/// @param cost zero where the status is unknown
/// @param listCost what the default book says; the same as the cost until books stack
/// @param rounded whether a line was not a whole number of picos
/// @param bookRef `default@1`
/// @param unpriced the used buckets without a price; empty except for UNPRICED_BUCKET
public record Charge(
    ChargeStatus status,
    String currency,
    Picos cost,
    Picos listCost,
    boolean rounded,
    List<Line> lines,
    String bookRef,
    List<Bucket> unpriced) {

  /// One bucket's part of a charge.
  ///
  /// @param priceId the price that it was rated at, which may be another bucket's
  public record Line(Bucket bucket, long quantity, String priceId, Picos cost) {}
}
