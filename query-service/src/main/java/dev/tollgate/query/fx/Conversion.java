package dev.tollgate.query.fx;

import dev.tollgate.money.Picos;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Into which currency a question has amounts converted, and what one unit of each currency is
/// worth in it on each day on which something cost.
///
/// @param version 0 for the newest, before the table was read
/// @param source where the table says its rates are from
public record Conversion(
    String tableId,
    long version,
    String source,
    String currency,
    SortedMap<CurrencyDay, Picos> rates) {
  /// Each amount in its own currency.
  public static final Conversion NONE = asked("", 0);

  public Conversion {
    rates = Collections.unmodifiableSortedMap(new TreeMap<>(rates));
  }

  /// By a table, before that was read.
  public static Conversion asked(String tableId, long version) {
    return new Conversion(tableId, version, "", "", Collections.emptySortedMap());
  }

  public boolean isNone() {
    return tableId.isEmpty();
  }

  /// The currencies with costs to convert, in the order of their codes.
  public List<String> converted() {
    return currencies().stream().filter(each -> !each.equals(currency)).toList();
  }

  /// All with costs, its own too, in the order of their codes.
  public List<String> currencies() {
    return rates.keySet().stream().map(CurrencyDay::currency).distinct().toList();
  }
}
