package dev.tollgate.rating;

import dev.tollgate.money.Picos;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a call costs: the sum of its lines, or a status that says why that is not known.
///
/// @param currency the books', also where the cost is not known
/// @param cost what the call costs whoever pays: with its share of what was paid in advance; zero
///   where the status is unknown
/// @param contractCost what the price books say, before anything paid in advance, and also where
///   the provider's own statement is the cost
/// @param listCost what the default book says, without discounts; where it knows no price for
///   something that a contract prices, the contract's
/// @param rounded whether a line was not a whole number of picos
/// @param bookRef `default@1`, or `acme@2+default@1` where books stack
/// @param unpriced the used buckets without a price
/// @param draws how far counters move on by this call
public record Charge(
    ChargeStatus status,
    String currency,
    Picos cost,
    Picos contractCost,
    Picos listCost,
    @Nullable Picos reported,
    boolean rounded,
    List<Line> lines,
    String bookRef,
    List<Bucket> unpriced,
    List<Draw> draws) {

  /// One part of a charge: so much of a bucket at one price.
  ///
  /// @param applied the price that it was rated at, which may be another bucket's
  public record Line(Bucket bucket, long quantity, Applied applied, long picos) {
    public String priceId() {
      return applied.priceId();
    }

    public Picos cost() {
      return new Picos(picos);
    }
  }

  /// What a line was rated by.
  ///
  /// @param priceId of a price, or of a commitment that covers the line
  /// @param bookRef the book that lists it
  /// @param multiplierIds what multiplied the price, in the order of their ids
  public record Applied(String priceId, String bookRef, List<String> multiplierIds) {}

  /// A counter that moves on.
  ///
  /// @param quantity units, or picos where a commitment draws money
  public record Draw(String counter, long quantity) {}

  /// What the provider itself says that the call costs, in USD.
  public Optional<Picos> reportedCost() {
    return Optional.ofNullable(reported);
  }

  /// A charge whose cost is not known.
  public static Charge unknown(
      ChargeStatus status, String currency, String bookRef, List<Bucket> unpriced) {
    return new Charge(
        status,
        currency,
        Picos.ZERO,
        Picos.ZERO,
        Picos.ZERO,
        null,
        false,
        List.of(),
        bookRef,
        unpriced,
        List.of());
  }

  /// A charge for a call that cost nothing because no provider was paid.
  public static Charge free(String currency, String bookRef) {
    return new Charge(
        ChargeStatus.PRICED_ZERO,
        currency,
        Picos.ZERO,
        Picos.ZERO,
        Picos.ZERO,
        null,
        false,
        List.of(),
        bookRef,
        List.of(),
        List.of());
  }
}
