package dev.tollgate.query.saving;

import dev.tollgate.proto.query.v1.RealizedSaving;
import dev.tollgate.query.answer.Wire;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// What the savings of one feature saved that were done, as `RealizedSaving` says it.
final class Realized {
  private static final Duration BASELINE = Duration.ofDays(28);
  private static final int MONTHS = 13;

  /// What calls cost.
  private record Cost(long calls, BigInteger picos) {
    static final Cost NONE = new Cost(0, BigInteger.ZERO);

    Cost plus(Spent spent) {
      return new Cost(calls + spent.calls(), picos.add(spent.cost()));
    }

    /// What so many calls cost at this.
    BigInteger of(long others) {
      return new BigDecimal(picos.multiply(BigInteger.valueOf(others)))
          .divide(BigDecimal.valueOf(calls), 0, RoundingMode.HALF_EVEN)
          .toBigIntegerExact();
    }
  }

  /// What a month's calls would have cost, and what they cost then.
  private record Sum(long calls, BigInteger expected, BigInteger cost) {
    static Sum plus(Sum one, Sum other) {
      return new Sum(
          one.calls + other.calls, one.expected.add(other.expected), one.cost.add(other.cost));
    }
  }

  private final List<Instant> done;
  private final Instant now;

  /// @param done from when on something was done
  Realized(SortedSet<Instant> done, Instant now) {
    this.done = List.copyOf(done);
    this.now = now;
  }

  /// Where the time is cut, before which nothing needs to be known.
  SortedSet<Instant> cuts() {
    var cuts = new TreeSet<Instant>();
    for (var i = 0; i < done.size(); i++) {
      cuts.add(baseline(i));
      cuts.add(done.get(i));
    }
    var month = YearMonth.from(now.atOffset(ZoneOffset.UTC));
    for (var i = 0; i < MONTHS; i++) {
      cuts.add(month.minusMonths(i).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    }
    return cuts;
  }

  private Instant baseline(int number) {
    var start = done.get(number).minus(BASELINE);
    return number > 0 && done.get(number - 1).isAfter(start) ? done.get(number - 1) : start;
  }

  /// By month and currency, what was saved by what was done then.
  List<RealizedSaving> of(Instant time, List<Spent> spent) {
    var saved = new TreeMap<String, Map<String, Sum>>();
    spent.stream()
        .map(Spent::currency)
        .distinct()
        .forEach(currency ->
            months(
                    done.indexOf(time),
                    spent.stream().filter(each -> each.currency().equals(currency)).toList())
                .forEach((month, sum) ->
                    saved.computeIfAbsent(month, first -> new TreeMap<>()).put(currency, sum)));
    var rows = new ArrayList<RealizedSaving>();
    saved.forEach((month, byCurrency) ->
        byCurrency.forEach((currency, sum) -> rows.add(row(month, currency, sum))));
    return rows;
  }

  /* Of one currency. */
  private Map<String, Sum> months(int number, List<Spent> spent) {
    var baselines =
        IntStream.range(0, done.size())
            .mapToObj(i -> cost(spent, baseline(i), done.get(i)))
            .toList();
    var months = new TreeMap<String, Sum>();
    if (baselines.get(number).calls() <= 0) {
      return months;
    }
    var first = YearMonth.from(now.atOffset(ZoneOffset.UTC)).minusMonths(MONTHS - 1L);
    for (var i = number; i < done.size(); i++) {
      var until = i + 1 < done.size() ? done.get(i + 1) : now;
      var later = next(baselines, number, i);
      parts(spent, done.get(i), until)
          .forEach((month, cost) -> {
            if (!month.isBefore(first) && cost.calls() != 0) {
              var expected = baselines.get(number).of(cost.calls());
              var then = later.map(each -> each.of(cost.calls())).orElse(cost.picos());
              months.merge(month.toString(), new Sum(cost.calls(), expected, then), Sum::plus);
            }
          });
    }
    return months;
  }

  /* The next baseline that is known, of what was done after the one and not after the other. */
  private static Optional<Cost> next(List<Cost> baselines, int number, int last) {
    return baselines.subList(number + 1, last + 1).stream()
        .filter(cost -> cost.calls() > 0)
        .findFirst();
  }

  private static Cost cost(List<Spent> spent, Instant start, Instant end) {
    return spent.stream()
        .filter(each -> !each.from().isBefore(start) && each.from().isBefore(end))
        .reduce(Cost.NONE, Cost::plus, (one, other) -> one);
  }

  private static Map<YearMonth, Cost> parts(List<Spent> spent, Instant start, Instant end) {
    var parts = new TreeMap<YearMonth, Cost>();
    for (var each : spent) {
      if (!each.from().isBefore(start) && each.from().isBefore(end)) {
        var month = YearMonth.from(each.from().atOffset(ZoneOffset.UTC));
        parts.put(month, parts.getOrDefault(month, Cost.NONE).plus(each));
      }
    }
    return parts;
  }

  private static RealizedSaving row(String month, String currency, Sum sum) {
    return RealizedSaving.newBuilder()
        .setMonth(month)
        .setCalls(sum.calls())
        .setExpectedCost(Wire.money(currency, sum.expected()))
        .setCost(Wire.money(currency, sum.cost()))
        .setSaving(Wire.money(currency, sum.expected().subtract(sum.cost())))
        .build();
  }
}
