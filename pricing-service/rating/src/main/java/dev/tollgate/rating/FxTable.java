package dev.tollgate.rating;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Picos;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Dated rates of exchange, for reports in another currency than the prices'. Nothing is charged in
/// a converted amount. Immutable.
public final class FxTable {
  /// How old a rate may be: over a weekend and the holidays beside it.
  static final int AGE_DAYS_MAX = 7;

  /// What one unit of a currency is worth in another, from a date on.
  public record FxRate(String from, String to, LocalDate date, BigDecimal rate, String source) {}

  /// An amount in the other currency, and the rate that was used.
  ///
  /// @param rounded whether the amount was not a whole number of picos
  public record Converted(Picos amount, boolean rounded, FxRate rate) {}

  private record Pair(String from, String to) {}

  private final String id;
  private final List<FxRate> rates;
  private final Map<Pair, NavigableMap<LocalDate, FxRate>> byPair = new HashMap<>();

  FxTable(String id, List<FxRate> rates) {
    this.id = id;
    this.rates = rates;
    for (var rate : rates) {
      byPair
          .computeIfAbsent(new Pair(rate.from(), rate.to()), pair -> new TreeMap<>())
          .put(rate.date(), rate);
    }
  }

  /// Reads `{"id", "rates": [{"from", "to", "date", "rate", "source"}]}`.
  ///
  /// @throws PriceBookInvalid naming every mistake, up to a limit
  public static FxTable parse(byte[] json) throws PriceBookInvalid {
    return FxReader.read(json);
  }

  public String id() {
    return id;
  }

  public List<FxRate> rates() {
    return rates;
  }

  /// The amount at the rate of the date, or of the last day before it that has one, rounded half to
  /// even once.
  ///
  /// @throws Failure FX_RATE_UNKNOWN where none of the last 7 days has one; only a pair that the
  ///   table lists in this direction is used. AMOUNT_UNREPRESENTABLE
  public Converted convert(Picos amount, String from, String to, LocalDate date) {
    if (from.equals(to)) {
      return new Converted(amount, false, new FxRate(from, to, date, BigDecimal.ONE, ""));
    }
    var dated = byPair.get(new Pair(from, to));
    var found = dated == null ? null : dated.floorEntry(date);
    if (found == null || ChronoUnit.DAYS.between(found.getKey(), date) >= AGE_DAYS_MAX) {
      throw Failure.of(
          Reason.FX_RATE_UNKNOWN,
          "no rate from %s to %s for %s in %s (expected: one of its last %d days)"
              .formatted(from, to, date, id, AGE_DAYS_MAX));
    }
    var exact = amount.toUnits().multiply(found.getValue().rate());
    try {
      var converted = Picos.rounded(exact);
      return new Converted(converted, converted.toUnits().compareTo(exact) != 0, found.getValue());
    } catch (ArithmeticException e) {
      throw Failure.of(
          Reason.AMOUNT_UNREPRESENTABLE, exact.toPlainString() + " " + to + " can't be held");
    }
  }
}
