package dev.tollgate.ingest.encode;

import dev.tollgate.rating.Charge;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.PriceStack;
import java.util.LinkedHashSet;
import java.util.List;

/// What an entry of the ledger says about money, and by which prices.
///
/// @param priceBook by which it was rated: `default@1`
public record Booked(
    ChargeStatus status,
    String currency,
    long costPicos,
    long listCostPicos,
    boolean rounded,
    String priceBook,
    List<String> priceIds,
    String engineVersion) {
  public static Booked of(Charge charge) {
    return new Booked(
        charge.status(),
        charge.currency(),
        charge.cost().value(),
        charge.listCost().value(),
        charge.rounded(),
        charge.bookRef(),
        priceIds(charge),
        PriceStack.ENGINE_VERSION);
  }

  /* Of prices, commitments and multipliers: all that the amount came of. */
  private static List<String> priceIds(Charge charge) {
    var ids = new LinkedHashSet<String>();
    for (var line : charge.lines()) {
      ids.add(line.applied().priceId());
      ids.addAll(line.applied().multiplierIds());
    }
    return List.copyOf(ids);
  }

  /// The same money, but of another status.
  public Booked withStatus(ChargeStatus other) {
    return new Booked(
        other, currency, costPicos, listCostPicos, rounded, priceBook, priceIds, engineVersion);
  }

  /// Whether both say the same about money, whichever prices led there.
  public boolean sameMoneyAs(Booked other) {
    return status == other.status
        && currency.equals(other.currency)
        && costPicos == other.costPicos
        && listCostPicos == other.listCostPicos
        && rounded == other.rounded;
  }

  /// Whether it came of these prices, as this engine reads them.
  public boolean isRatedBy(String bookRef) {
    return priceBook.equals(bookRef) && engineVersion.equals(PriceStack.ENGINE_VERSION);
  }
}
