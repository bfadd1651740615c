package dev.tollgate.query.chargeback;

import dev.tollgate.query.org.MadeTree;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;

/// What a month's statement must say by the rules of the test, with nothing of what the service
/// does: calls in proportion; GPUs 3 to a and 1 to z; licences evenly; training by what of a
/// capacity of 100 units was used of openai, what is idle to `idle`; other costs by no rule.
@NullMarked
final class RecomputedStatement {
  static final BigInteger CAPACITY = BigInteger.TEN.pow(14);

  private final Map<String, Map<String, BigInteger>> costs;
  private final Map<String, BigInteger> used;
  private final String month;
  private final Map<String, BigInteger> rows = new TreeMap<>();

  RecomputedStatement(MadeMonths made, MadeTree tree, String month, Instant start, Instant end) {
    this.costs = made.costs(tree, start, end);
    this.used = made.used(tree, "openai", start, end);
    this.month = month;
  }

  /// By cost centre, kind, month, category and currency; without those of 0.
  Map<String, BigInteger> rows() {
    costs.forEach((center, ofCenter) -> {
      if (!center.isEmpty()) {
        ofCenter.forEach((of, picos) -> add(center, "DIRECT", of, picos));
      }
    });
    costs.getOrDefault("", Map.of()).forEach(this::share);
    rows.values().removeIf(picos -> picos.signum() == 0);
    return rows;
  }

  private void share(String of, BigInteger picos) {
    var own = own(of.substring(of.indexOf('|') + 1));
    var even = new TreeMap<>(own);
    even.replaceAll((_, _) -> BigInteger.ONE);
    var committed = new TreeMap<>(used);
    var all = used.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    committed.put("", CAPACITY.subtract(all).max(BigInteger.ZERO));
    switch (of.substring(0, of.indexOf('|'))) {
      case "" -> share(of, picos, own);
      case "gpu" -> share(of, picos, Map.of("a", BigInteger.valueOf(3), "z", BigInteger.ONE));
      case "licence" -> share(of, picos, even);
      case "training" -> share(of, picos, of.endsWith("USD") ? committed : Map.of());
      default -> share(of, picos, Map.of());
    }
  }

  /* Each exact share is cut off, and those who lost most get a pico more, while picos are left. */
  private void share(String of, BigInteger picos, Map<String, BigInteger> weights) {
    var sum = weights.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    if (sum.signum() == 0) {
      add("", "UNATTRIBUTED", of, picos);
      return;
    }
    record Part(String center, BigInteger whole, BigInteger lost) {}
    var parts = new ArrayList<Part>();
    var left = picos.abs();
    for (var each : weights.entrySet()) {
      var exact = picos.abs().multiply(each.getValue());
      parts.add(new Part(each.getKey(), exact.divide(sum), exact.mod(sum)));
      left = left.subtract(exact.divide(sum));
    }
    parts.sort(Comparator.comparing(Part::lost).reversed().thenComparing(Part::center));
    for (var part : parts) {
      var one = left.signum() > 0 ? BigInteger.ONE : BigInteger.ZERO;
      left = left.subtract(one);
      var whole = part.whole().add(one);
      var isIdle = part.center().isEmpty();
      add(
          isIdle ? "idle" : part.center(),
          isIdle ? "IDLE" : "ALLOCATED",
          of,
          picos.signum() < 0 ? whole.negate() : whole);
    }
  }

  private Map<String, BigInteger> own(String currency) {
    var own = new TreeMap<String, BigInteger>();
    costs.forEach((center, ofCenter) -> {
      if (!center.isEmpty()) {
        ofCenter.forEach((of, picos) -> {
          if (of.endsWith("|" + currency)) {
            own.merge(center, picos, BigInteger::add);
          }
        });
      }
    });
    own.values().removeIf(picos -> picos.signum() <= 0);
    return own;
  }

  private void add(String center, String kind, String of, BigInteger picos) {
    rows.merge(key(center, kind, month, of), picos, BigInteger::add);
  }

  static String key(String center, String kind, String month, String of) {
    return String.join(" ", List.of(center, kind, month, of));
  }

  /// What all of a range cost, by currency.
  static Map<String, BigInteger> totals(
      MadeMonths made, MadeTree tree, Instant start, Instant end) {
    var totals = new TreeMap<String, BigInteger>();
    made.costs(tree, start, end)
        .values()
        .forEach(ofCenter ->
            ofCenter.forEach((of, picos) ->
                totals.merge(of.substring(of.indexOf('|') + 1), picos, BigInteger::add)));
    return totals;
  }

  static BigInteger picos(String amount) {
    return new BigDecimal(amount).movePointRight(12).toBigIntegerExact();
  }
}
