package dev.tollgate.rating;

import dev.tollgate.rating.Charge.Applied;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/// A price as it holds for calls of one service tier and region during some time: with the
/// multipliers that apply then.
///
/// @param level 0 for the uppermost book of a stack
/// @param derived whether it is the standard tier's price, multiplied
/// @param applies false where the standard tier lists a price that the call's tier does not share:
///   such a row only tells that a context tier is listed
/// @param rate for prices without a volume
/// @param steps one rate for each step of the volume, the first for what is below all
record Row(
    Price price,
    int level,
    boolean derived,
    boolean applies,
    Instant from,
    Instant to,
    long firstTokens,
    Rate rate,
    List<Rate> steps,
    Applied applied) {

  static Row of(
      Price price,
      int level,
      boolean derived,
      boolean applies,
      Instant from,
      Instant to,
      BigDecimal factor,
      Applied applied) {
    var base = Rate.of(price.amount().multiply(factor), price.unitQuantity());
    var steps =
        price.volume().steps().stream()
            .map(step -> Rate.of(step.amount().multiply(factor), price.unitQuantity()))
            .toList();
    return new Row(
        price,
        level,
        derived,
        applies,
        from,
        to,
        price.contextTier().firstTokens(),
        base,
        steps,
        applied);
  }

  boolean holdsAt(Instant time) {
    return !time.isBefore(from) && time.isBefore(to) && price.schedule().holdsAt(time);
  }

  /// Whether quantity times rate is all there is to its price.
  boolean isPlain() {
    return steps.isEmpty()
        && price.allotment().isNone()
        && price.contextTier().mode() == ContextTier.Mode.CLIFF;
  }

  /// The most that a unit costs, wherever in its billing period it is used.
  long unitPicosUp() {
    var most = rate.unitPicosUp();
    for (var step : steps) {
      most = Math.max(most, step.unitPicosUp());
    }
    return most;
  }
}
