package dev.tollgate.query.anomaly;

import dev.tollgate.money.Picos;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Sums;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// What one subject did in an hour and before.
///
/// @param lines of that hour, of those that it may be compared with, and of all others of the past
///   28 days
record Watched(Subject subject, Instant hour, List<HourLine> lines) {
  /// How far back is looked.
  static final Duration PAST = Duration.ofDays(28);

  private static final int WEEKS = 4;
  private static final int DAYS = 7;
  private static final int KNOWN_MIN = 3;
  private static final Duration NEW = Duration.ofDays(1);

  Watched {
    lines = List.copyOf(lines);
  }

  /// The hours that an hour may be compared with.
  static List<Instant> comparable(Instant hour) {
    return Stream.concat(before(hour, WEEKS, DAYS), before(hour, DAYS, 1)).distinct().toList();
  }

  private static Stream<Instant> before(Instant hour, int count, int days) {
    return LongStream.rangeClosed(1, count).mapToObj(i -> hour.minus(Duration.ofDays(i * days)));
  }

  /// The hours that say what is usual; none where it is not known for long enough.
  List<Instant> usualHours() {
    Predicate<Instant> known = each -> !each.isBefore(first());
    return Stream.of(before(hour, WEEKS, DAYS), before(hour, DAYS, 1))
        .map(hours -> hours.filter(known).toList())
        .filter(hours -> hours.size() >= KNOWN_MIN)
        .findFirst()
        .orElse(List.of());
  }

  /// The hour in which it was first seen in the past 28 days.
  Instant first() {
    return lines.stream().map(HourLine::first).min(Instant::compareTo).orElse(hour);
  }

  /// Whether it was first seen in the 24 hours up to the end of this one.
  boolean isNew() {
    return first().isAfter(hour.minus(NEW));
  }

  SortedSet<String> currencies() {
    var currencies = new TreeSet<String>();
    lines.forEach(line -> currencies.add(line.currency()));
    return currencies;
  }

  /// In units of the currency.
  BigDecimal cost(String currency, Instant at) {
    return units(sum(line -> line.hour().equals(at) && line.currency().equals(currency)));
  }

  /// All that was spent in the past 28 days and this hour.
  BigDecimal cost(String currency) {
    return units(sum(line -> line.currency().equals(currency)));
  }

  private static BigDecimal units(Sums sums) {
    return new BigDecimal(sums.get(Sum.COST), Picos.SCALE);
  }

  /// The median of the hours' cost; of at least one hour.
  BigDecimal usualCost(String currency, List<Instant> hours) {
    var costs = hours.stream().map(each -> cost(currency, each)).sorted().toList();
    return costs
        .get((costs.size() - 1) / 2)
        .add(costs.get(costs.size() / 2))
        .divide(BigDecimal.TWO);
  }

  /// How much of something it had, in the hour and in the usual ones together.
  ///
  /// @param currency empty for any
  Change change(List<Sum> measure, String currency) {
    return new Change(
        "", "", total(measure, currency, List.of(hour)), total(measure, currency, usualHours()));
  }

  private BigInteger total(List<Sum> measure, String currency, Collection<Instant> hours) {
    var sums =
        sum(line ->
            hours.contains(line.hour())
                && (currency.isEmpty() || line.currency().equals(currency)));
    return measure.stream().map(sums::get).reduce(BigInteger.ZERO, BigInteger::add);
  }

  /// Sums of some hours over all currencies.
  Sums sums(Collection<Instant> hours) {
    return sum(line -> hours.contains(line.hour()));
  }

  private Sums sum(Predicate<HourLine> kept) {
    return lines.stream().filter(kept).map(HourLine::sums).reduce(Sums.ZERO, Sums::plus);
  }
}
