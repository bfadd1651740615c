package dev.tollgate.query.fx;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Picos;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// One version of a tenant's dated rates.
///
/// @param currency into which they convert
/// @param source where they are from
/// @param daysMax how many days a rate holds where no later one follows, its own among them
/// @param version 0 where it was not written yet
/// @param actor the public name of the key that wrote it
public record FxTable(
    String id,
    String currency,
    String source,
    int daysMax,
    List<FxRate> rates,
    long version,
    Instant updateTime,
    String actor) {
  private static final int SAID_MAX = 5;
  private static final Picos ONE = Picos.of(BigDecimal.ONE);

  public FxTable {
    rates = List.copyOf(rates);
  }

  /// Whether both say the same, whoever wrote them.
  boolean saysLike(FxTable other) {
    return currency.equals(other.currency)
        && source.equals(other.source)
        && daysMax == other.daysMax
        && rates.equals(other.rates);
  }

  /// The conversion of what cost on these days.
  ///
  /// @throws Failure FX_RATE_UNKNOWN where a currency has no rate on one of them
  public Conversion conversion(Collection<CurrencyDay> costs) {
    var byCurrency = byCurrency();
    var worth = new TreeMap<CurrencyDay, Picos>();
    var missing = new TreeSet<CurrencyDay>();
    for (var cost : costs) {
      var dated = byCurrency.getOrDefault(cost.currency(), new TreeMap<>()).floorEntry(cost.day());
      if (cost.currency().equals(currency)) {
        worth.put(cost, ONE);
      } else if (dated != null && ChronoUnit.DAYS.between(dated.getKey(), cost.day()) < daysMax) {
        worth.put(cost, dated.getValue());
      } else {
        missing.add(cost);
      }
    }
    if (!missing.isEmpty()) {
      throw unknown(missing);
    }
    return new Conversion(id, version, source, currency, worth);
  }

  private Map<String, NavigableMap<LocalDate, Picos>> byCurrency() {
    var byCurrency = new HashMap<String, NavigableMap<LocalDate, Picos>>();
    for (var rate : rates) {
      byCurrency
          .computeIfAbsent(rate.currency(), each -> new TreeMap<>())
          .put(rate.date(), rate.worth());
    }
    return byCurrency;
  }

  private Failure unknown(TreeSet<CurrencyDay> missing) {
    var said = missing.stream().limit(SAID_MAX).map(each -> each.currency() + " on " + each.day());
    var more = missing.size() > SAID_MAX ? ", ... (" + missing.size() + " in all)" : "";
    return Failure.of(
        Reason.FX_RATE_UNKNOWN,
        "no rate to %s in %s, version %d, of %s%s (expected: one of that day or of the %d before)"
            .formatted(currency, id, version, String.join(", ", said.toList()), more, daysMax - 1));
  }
}
