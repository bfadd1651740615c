package dev.tollgate.query.unit;

import dev.tollgate.proto.query.v1.GetRoiRequest;
import dev.tollgate.query.outcome.Said;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/// An answer to `GetRoi`, computed from what was made up, without the product's code.
@NullMarked
final class RecomputedRoi {
  private static final class Money {
    BigDecimal model = BigDecimal.ZERO;
    BigDecimal other = BigDecimal.ZERO;
    BigDecimal value = BigDecimal.ZERO;
    BigDecimal revenue = BigDecimal.ZERO;
    long unpriced;

    /* What a row says of it. */
    void addRounded(Money more) {
      model = model.add(RecomputedUnits.rounded(more.model));
      other = other.add(RecomputedUnits.rounded(more.other));
      value = value.add(RecomputedUnits.rounded(more.value));
      revenue = revenue.add(RecomputedUnits.rounded(more.revenue));
      unpriced += more.unpriced;
    }
  }

  private final boolean grouped;
  private final Map<List<String>, Map<String, Money>> money = new HashMap<>();
  private final Map<List<String>, long[]> labels = new HashMap<>();

  RecomputedRoi(
      GetRoiRequest request,
      List<Said> outcomes,
      Predicate<Function<String, String>> kept,
      boolean grouped) {
    this.grouped = grouped;
    var start = Instant.ofEpochSecond(request.getStartTime().getSeconds());
    var end = Instant.ofEpochSecond(request.getEndTime().getSeconds());
    for (var said : Said.counting(outcomes)) {
      var asked =
          request.getValueKindsList().contains(said.kind())
              || request.getRevenueKindsList().contains(said.kind());
      if (asked
          && kept.test(said::value)
          && !said.time().isBefore(start)
          && said.time().isBefore(end)
          && !said.result().equals("REVERSED")) {
        List<String> group =
            grouped ? request.getGroupByList().stream().map(said::value).toList() : List.of();
        labels
            .computeIfAbsent(group, any -> new long[2])[said.result().equals("SUCCESS") ? 0 : 1]++;
      }
    }
  }

  void costs(RecomputedUnits units) {
    units.each((group, currency, model, other, revenue, unpriced) -> {
      var into = into(money, group, currency);
      into.model = into.model.add(model);
      into.other = into.other.add(other);
      into.unpriced += unpriced;
    });
  }

  void value(RecomputedUnits units) {
    units.each((group, currency, model, other, revenue, unpriced) -> {
      var into = into(money, group, currency);
      into.value = into.value.add(revenue);
    });
  }

  void revenue(RecomputedUnits units) {
    units.each((group, currency, model, other, revenue, unpriced) -> {
      var into = into(money, group, currency);
      into.revenue = into.revenue.add(revenue);
    });
  }

  private static Money into(
      Map<List<String>, Map<String, Money>> money, List<String> group, String currency) {
    return money
        .computeIfAbsent(group, any -> new TreeMap<>())
        .computeIfAbsent(currency, any -> new Money());
  }

  /// The rows, each as a text, and beside it what is left of the return at the lower bound; nothing
  /// without a success.
  Map<String, Optional<BigDecimal>> rows() {
    var said = new HashMap<List<String>, Map<String, Money>>();
    money.forEach((group, byCurrency) ->
        byCurrency.forEach(
            (currency, of) -> into(said, grouped ? group : List.of(), currency).addRounded(of)));
    var rows = new HashMap<String, Optional<BigDecimal>>();
    said.forEach((group, byCurrency) ->
        byCurrency.forEach((currency, of) -> {
          var ends = labels.getOrDefault(group, new long[2]);
          rows.put(text(group, currency, of, ends), atRisk(of, ends));
        }));
    return rows;
  }

  private static String text(List<String> group, String currency, Money of, long[] said) {
    var cost = of.model.add(of.other);
    var gross = of.value.add(of.revenue);
    var net = gross.subtract(cost);
    var roi =
        cost.signum() > 0
            ? "%.9f".formatted(net.divide(cost, MathContext.DECIMAL128).doubleValue())
            : "none";
    return "%s %s: %s + %s - (%s + %s = %s) = %s, roi %s; %d of %d; at risk %s, unpriced %d"
        .formatted(
            group,
            currency,
            text(of.value),
            text(of.revenue),
            text(of.model),
            text(of.other),
            text(cost),
            text(net),
            roi,
            said[0],
            said[0] + said[1],
            said[0] > 0 ? (cost.signum() > 0 ? "with roi" : "without") : "none",
            of.unpriced);
  }

  /* Wilson's lower bound as the root of the equation that defines it, (p - w)² = z² w (1 - w) / n,
  not by the formula for it. */
  private static Optional<BigDecimal> atRisk(Money of, long[] ends) {
    if (ends[0] == 0) {
      return Optional.empty();
    }
    var trials = ends[0] + ends[1];
    var seen = (double) ends[0] / trials;
    var z = 1.959963984540054;
    var low = 0.0;
    var high = seen;
    for (var i = 0; i < 200; i++) {
      var middle = (low + high) / 2;
      var off = (seen - middle) * (seen - middle) - z * z * middle * (1 - middle) / trials;
      if (off > 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    var gross = of.value.add(of.revenue).movePointLeft(12);
    return Optional.of(gross.multiply(BigDecimal.valueOf(low / seen)));
  }

  private static String text(BigDecimal picos) {
    return new BigDecimal(picos.toBigIntegerExact(), 12).toPlainString();
  }
}
