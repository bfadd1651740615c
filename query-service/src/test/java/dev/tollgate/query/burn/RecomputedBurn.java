package dev.tollgate.query.burn;

import dev.tollgate.proto.budget.v1.Limit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;

/// What the answer of one limit should be, computed anew from charges: amounts exactly, forecasts
/// in doubles.
@NullMarked
final class RecomputedBurn {
  final MadeBurn.Expected expected;
  final Limit limit;
  private final List<MadeCharge> charges;
  private final TreeMap<Instant, BigInteger> amounts = new TreeMap<>();
  private final List<Double> past = new ArrayList<>();
  private final List<Integer> places = new ArrayList<>();
  private final List<ZonedDateTime> begins = new ArrayList<>();

  /// @param charges of one group
  RecomputedBurn(MadeBurn.Expected expected, Limit limit, List<MadeCharge> charges) {
    this.expected = expected;
    this.limit = limit;
    this.charges =
        charges.stream()
            .filter(each -> each.counts() && expected.counts().test(each))
            .filter(each -> !each.checked().isBefore(expected.start()) || !isLimitless())
            .toList();
    this.charges.forEach(each -> amounts.merge(each.checked(), amount(each), BigInteger::add));
    if (!isLimitless()) {
      history();
    }
  }

  private boolean isLimitless() {
    return expected.step() == ChronoUnit.FOREVER;
  }

  private boolean hasEnd() {
    return !expected.end().equals(Instant.EPOCH);
  }

  /* The whole days or hours before the current one. */
  private void history() {
    var zone = ZoneId.of(expected.zone());
    var now = MadeBurn.NOW.atZone(zone);
    var isDays = expected.step() == ChronoUnit.DAYS;
    var left = hasEnd() ? ChronoUnit.DAYS.between(MadeBurn.NOW, expected.end()) + 1 : 0;
    var days = isDays ? Math.min(400, 70 + left) : 28;
    var at = now.toLocalDate().minusDays(days).atStartOfDay(zone);
    while (true) {
      var next = isDays ? at.toLocalDate().plusDays(1).atStartOfDay(zone) : at.plusHours(1);
      if (next.isAfter(now)) {
        break;
      }
      past.add(sum(at.toInstant(), next.toInstant()).doubleValue());
      places.add(place(at));
      begins.add(at);
      at = next;
    }
  }

  private int place(ZonedDateTime at) {
    var day = at.getDayOfWeek().getValue() - 1;
    return expected.step() == ChronoUnit.DAYS ? day : day * 24 + at.getHour();
  }

  private int week() {
    return expected.step() == ChronoUnit.DAYS ? 7 : 168;
  }

  private BigInteger sum(Instant from, Instant to) {
    return amounts.subMap(from, to).values().stream().reduce(BigInteger.ZERO, BigInteger::add);
  }

  private BigInteger amount(MadeCharge charge) {
    var tokens = charge.tokens();
    var input = tokens.input() + tokens.cacheRead() + tokens.cacheWrite();
    var output = tokens.output() + tokens.reasoning();
    return BigInteger.valueOf(
        switch (limit.getAmountCase()) {
          case COST ->
              charge.isUnknown() || !charge.currency().equals(limit.getCost().getCurrencyCode())
                  ? 0
                  : charge.nanos();
          case TOKENS -> input + output;
          case INPUT_TOKENS -> input;
          case OUTPUT_TOKENS -> output;
          default -> 1;
        });
  }

  BigInteger consumed() {
    return sum(expected.start(), MadeBurn.NOW.plusSeconds(1));
  }

  long unpriced() {
    return charges.stream()
        .filter(each -> !each.checked().isBefore(expected.start()) && each.isUnknown())
        .count();
  }

  String text(BigInteger amount) {
    return limit.hasCost() ? new BigDecimal(amount, 9).toPlainString() : amount.toString();
  }

  /// Whether 85 % were used by the end of the 20th day.
  boolean mostByDay20(double available) {
    var zone = ZoneId.of(expected.zone());
    var end = LocalDate.ofInstant(expected.start(), zone).plusDays(20).atStartOfDay(zone);
    return sum(expected.start(), end.toInstant()).doubleValue() >= 0.85 * available;
  }

  /// The deviation of the window's whole days over their mean; not a number where that is unknown.
  double variation() {
    var days = new ArrayList<Double>();
    for (var i = 0; i < past.size(); i++) {
      if (!begins.get(i).toInstant().isBefore(expected.start())) {
        days.add(past.get(i));
      }
    }
    var mean = days.stream().mapToDouble(each -> each).average().orElse(0);
    var squares = days.stream().mapToDouble(each -> (each - mean) * (each - mean)).sum();
    return days.size() < 2 || mean == 0 ? Double.NaN : Math.sqrt(squares / days.size()) / mean;
  }

  double dailyRate() {
    return rate(past.size()) * week() / 7;
  }

  private double rate(int known) {
    var from = Math.max(first(), known - week());
    return past.subList(from, known).stream().mapToDouble(each -> each).average().orElse(0);
  }

  private int first() {
    var first = 0;
    while (first < past.size() && past.get(first) == 0) {
      first++;
    }
    return first;
  }

  private double expected(int known, int place) {
    var weeks = Math.min(8, (known - first()) / week());
    if (weeks < 2) {
      return rate(known);
    }
    var total = 0.0;
    var own = 0.0;
    for (var i = known - weeks * week(); i < known; i++) {
      total += past.get(i);
      own += places.get(i) == place ? past.get(i) : 0;
    }
    return total == 0 ? rate(known) : rate(known) * own / (total / week());
  }

  /// What is to come until an instant.
  double more(Instant end) {
    var more = 0.0;
    for (var bucket : ahead(end)) {
      more += bucket.amount;
    }
    return more;
  }

  private record Ahead(Instant from, Instant to, double amount) {}

  private List<Ahead> ahead(Instant end) {
    var zone = ZoneId.of(expected.zone());
    var isDays = expected.step() == ChronoUnit.DAYS;
    var ahead = new ArrayList<Ahead>();
    var now = MadeBurn.NOW.atZone(zone);
    var at = isDays ? now.toLocalDate().atStartOfDay(zone) : now.truncatedTo(ChronoUnit.HOURS);
    while (at.toInstant().isBefore(end)) {
      var next = isDays ? at.toLocalDate().plusDays(1).atStartOfDay(zone) : at.plusHours(1);
      var from = at.isBefore(now) ? MadeBurn.NOW : at.toInstant();
      var part =
          (double) Duration.between(from, next).toMillis() / Duration.between(at, next).toMillis();
      ahead.add(new Ahead(from, next.toInstant(), part * expected(past.size(), place(at))));
      at = next;
    }
    return ahead;
  }

  /// In how many days so much is used up; not a number where that is not until the end.
  double daysLeft(double left, Instant end) {
    if (left <= 0) {
      return 0;
    }
    var used = 0.0;
    for (var bucket : ahead(end)) {
      if (used + bucket.amount >= left) {
        var part = (left - used) / bucket.amount;
        var at = Duration.between(MadeBurn.NOW, bucket.from).toMillis();
        var length = Duration.between(bucket.from, bucket.to).toMillis();
        return (at + part * length) / Duration.ofDays(1).toMillis();
      }
      used += bucket.amount;
    }
    return Double.NaN;
  }

  /// Actual over forecast of the past, and by how much they were off together.
  record Tested(int tries, double error, List<Double> ratios) {}

  Tested tested() {
    var length = ahead(expected.end()).size();
    var latest = past.size() - length;
    var earliest = first() + 2 * week();
    var stride = Math.max(1, (latest - earliest + 1) / 56);
    var ratios = new ArrayList<Double>();
    var missed = 0.0;
    var used = 0.0;
    var tries = 0;
    for (var at = latest; at >= earliest && tries < 56; at -= stride) {
      var actual = 0.0;
      var forecast = 0.0;
      for (var i = at; i < at + length; i++) {
        actual += past.get(i);
        forecast += expected(at, places.get(i));
      }
      tries++;
      missed += Math.abs(actual - forecast);
      used += actual;
      if (forecast > 0) {
        ratios.add(actual / forecast);
      }
    }
    ratios.sort(Double::compare);
    return new Tested(tries, missed / used, ratios);
  }
}
