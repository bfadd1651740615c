package dev.tollgate.query.reconcile;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/// Theirs against ours, cell by cell, in picos.
///
/// @param compared what the ledger has of days that reports speak of
record Comparison(Theirs theirs, List<Ours> compared, List<Line> lines) {
  Comparison {
    compared = List.copyOf(compared);
    lines = List.copyOf(lines);
  }

  /// A model on a day in a currency.
  ///
  /// @param currency empty where neither side has a cost
  /// @param theirCost empty where no report speaks of it
  /// @param theirTokens empty where no report speaks of them, or not of those of this currency
  /// @param gaps empty where they can't be told apart
  record Line(
      Cell cell,
      String currency,
      Optional<BigInteger> theirCost,
      OptionalLong theirTokens,
      Ours ours,
      Optional<Gaps> gaps) {
    Optional<BigInteger> difference() {
      return theirCost.map(cost -> cost.subtract(ours.cost()));
    }
  }

  static Comparison of(Theirs theirs, List<Ours> ledger) {
    var days = theirs.days();
    var compared = ledger.stream().filter(each -> days.contains(each.cell().ofProvider())).toList();
    var ours = new TreeMap<Cell, TreeMap<String, Ours>>();
    theirs.cells().forEach(cell -> ours.put(cell, new TreeMap<>()));
    for (var each : compared) {
      ours.computeIfAbsent(each.cell(), any -> new TreeMap<>())
          .merge(each.currency(), each, Ours::plus);
    }
    var lines = new ArrayList<Line>();
    ours.forEach((cell, byCurrency) -> lines.addAll(lines(theirs, cell, byCurrency)));
    return new Comparison(theirs, compared, lines);
  }

  private static List<Line> lines(Theirs theirs, Cell cell, Map<String, Ours> ours) {
    var currencies = new TreeSet<>(ours.keySet());
    currencies.addAll(theirs.costs(cell).keySet());
    if (currencies.isEmpty()) {
      currencies.add("");
    }
    var tokens =
        theirs.knowsTokens(cell) && currencies.size() == 1
            ? OptionalLong.of(theirs.allTokens(cell))
            : OptionalLong.empty();
    return currencies.stream()
        .map(currency -> {
          var none = new Ours(cell, "", currency, BigInteger.ZERO, 0, 0, 0);
          return line(theirs, tokens, ours.getOrDefault(currency, none));
        })
        .toList();
  }

  private static Line line(Theirs theirs, OptionalLong tokens, Ours ours) {
    var cell = ours.cell();
    var cost =
        theirs.knowsCosts(cell) && !ours.currency().isEmpty()
            ? Optional.of(theirs.costs(cell).getOrDefault(ours.currency(), BigInteger.ZERO))
            : Optional.<BigInteger>empty();
    var gaps =
        tokens.isEmpty()
            ? Optional.<Gaps>empty()
            : cost.map(each -> Gaps.of(each, tokens.getAsLong(), ours.cost(), ours.tokens()));
    return new Line(cell, ours.currency(), cost, tokens, ours, gaps);
  }
}
