package dev.tollgate.query.outcome;

import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Sums;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a cohort cost in one currency, as far as it belongs to a group.
///
/// @param attributed of events that name a reference
/// @param labelledCost the part of their cost whose reference has a label
/// @param unattributed of events that name none
/// @param last when the latest of the references' events was
record OutcomeLine(
    List<String> group,
    String currency,
    Sums attributed,
    BigInteger labelledCost,
    Sums unattributed,
    Labels labels,
    Optional<Instant> last) {
  OutcomeLine {
    group = List.copyOf(group);
  }

  static OutcomeLine unattributed(List<String> group, String currency, Sums sums) {
    return new OutcomeLine(
        group, currency, Sums.ZERO, BigInteger.ZERO, sums, Labels.NONE, Optional.empty());
  }

  /// The sum with another line of the same currency, in the group of this one.
  OutcomeLine plus(OutcomeLine other) {
    return new OutcomeLine(
        group,
        currency,
        attributed.plus(other.attributed),
        labelledCost.add(other.labelledCost),
        unattributed.plus(other.unattributed),
        labels.plus(other.labels),
        later(last, other.last));
  }

  OutcomeLine with(Labels others) {
    return new OutcomeLine(group, currency, attributed, labelledCost, unattributed, others, last);
  }

  /// Without its group.
  OutcomeLine total() {
    return new OutcomeLine(
        List.of(), currency, attributed, labelledCost, unattributed, labels, last);
  }

  BigInteger totalCost() {
    return attributed.get(Sum.COST).add(unattributed.get(Sum.COST));
  }

  long unpricedEvents() {
    return attributed.count(Sum.UNPRICED_EVENTS) + unattributed.count(Sum.UNPRICED_EVENTS);
  }

  /// Whether there is nothing in it, or entries that undo each other.
  boolean isNothing() {
    return attributed.isZero() && unattributed.isZero();
  }

  private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
    return Stream.of(one, other).flatMap(Optional::stream).max(Comparator.naturalOrder());
  }
}
