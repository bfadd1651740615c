package dev.tollgate.quota.budget;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.field.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/// How a budget becomes one with an adjustment more.
///
/// @param now by the clock of windows
record Adjusting(Budget budget, Instant now, String actor) {
  private static final int ADJUSTMENTS_MAX = 100;
  private static final String FIELD = "adjustment";

  /// The adjusted budget, or none where it has this adjustment already.
  Optional<Budget> with(dev.tollgate.proto.budget.v1.Adjustment form) {
    var known =
        budget.adjustments().stream()
            .filter(each -> each.id().equals(form.getAdjustmentId()))
            .findFirst();
    if (known.isPresent()) {
      requireSame(form, known.get());
      return Optional.empty();
    }
    var fields = new Fields();
    var adjustment = AdjustmentForm.parse(fields, FIELD, form, budget.window(), now).by(actor);
    check(fields, form, adjustment);
    var adjustments = new ArrayList<>(budget.adjustmentsAt(now));
    if (adjustments.size() >= ADJUSTMENTS_MAX) {
      throw Failure.of(
          Reason.LIMIT_REACHED,
          "%s has %d adjustments that are not over for a day, the most there can be"
              .formatted(budget.id(), adjustments.size()));
    }
    adjustments.add(adjustment);
    return Optional.of(budget.with(adjustments, budget.origin()));
  }

  /* A time that was not given was the one at which the first attempt came. */
  private void requireSame(dev.tollgate.proto.budget.v1.Adjustment form, Adjustment known) {
    var fields = new Fields();
    var again =
        AdjustmentForm.parse(fields, FIELD, form, budget.window(), known.startTime())
            .by(known.actor());
    fields.check();
    var same = form.hasEndTime() ? again : again.until(known.endTime());
    if (!same.countsAs(known)) {
      throw Failure.of(
          Reason.REQUEST_ID_REUSED,
          known.id() + ": there is an adjustment of this id with another content");
    }
  }

  private void check(
      Fields fields, dev.tollgate.proto.budget.v1.Adjustment form, Adjustment adjustment) {
    if (adjustment.id().startsWith(Withheld.RESERVED)) {
      fields.rejectText(
          FIELD + ".adjustment_id", adjustment.id(), "one that does not begin with carved-");
    }
    if (!adjustment.endTime().isAfter(now)) {
      fields.reject(FIELD + ".end_time", adjustment.endTime().toString(), "after " + now);
    }
    fields.check();
    var given = LimitForm.parse(fields, FIELD + ".amount", form.getAmount(), 100).getFirst();
    var limit = budget.limits().stream().filter(given::isLike).findFirst();
    if (limit.isEmpty()) {
      fields.reject(
          FIELD + ".amount",
          given.unit() + " " + given.currency(),
          "of a unit and currency of the budget's limits");
    } else if (adjustment.amount() > 0) {
      checkCountable(fields, limit.get(), adjustment.amount());
    }
    fields.check();
  }

  private void checkCountable(Fields fields, Limit limit, long amount) {
    var percent = budget.thresholds().largest();
    var before = limit.amount() + added(limit);
    if (amount > limit.amountMax(percent) - before) {
      fields.reject(
          FIELD + ".amount",
          limit.printAmount(amount),
          "at most %s: more can't be counted, where %d %% of it may be used, unless the stated"
                  .formatted(
                      limit.printAmount(Math.max(0, limit.amountMax(percent) - before)), percent)
              + " limit is raised");
    }
  }

  private long added(Limit limit) {
    return budget.adjustmentsAt(now).stream()
        .filter(each -> limit.isOf(each.unit()) && each.amount() > 0)
        .mapToLong(Adjustment::amount)
        .sum();
  }
}
