package dev.tollgate.quota.budget;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.quota.hold.CounterUnit;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What a parent goes without until its window ends, because what was carved out of it became less,
/// and may be spent already.
final class Withheld {
  /* What was spent of a carved out budget is in no counter of the parent. If the parent got back at
  once what a child loses, the money could be spent twice: so the parent gets an adjustment that
  takes it away until the window is over, and only then the child is written. One that is lowered
  and raised again gets its own back; of one that is deleted, or counts anew, all stays away. */

  static final String RESERVED = "carved-";

  private static final int ADJUSTMENTS_MAX = 1_000;

  private Withheld() {}

  /// The parent before the child is written, and after.
  record Parent(Budget tightened, Budget loosened) {}

  /// The parents that have to do with a change of a budget, which is not there before or after.
  static List<Parent> of(
      Policy policy, Optional<Budget> before, Optional<Budget> after, Instant now, String actor) {
    var parents = new ArrayList<Parent>();
    var same =
        before.isPresent()
            && after.isPresent()
            && before.get().parentId().equals(after.get().parentId())
            && after.get().countsAs(before.get());
    if (same) {
      parent(policy, after.get())
          .ifPresent(parent -> parents.add(changed(parent, before.get(), after.get(), now, actor)));
      return parents;
    }
    before
        .flatMap(child -> parent(policy, child))
        .ifPresent(parent -> {
          var without = without(parent, before.orElseThrow(), now, actor);
          parents.add(new Parent(without, without));
        });
    after
        .flatMap(child -> parent(policy, child))
        .filter(
            parent -> parents.stream().noneMatch(each -> each.tightened().id().equals(parent.id())))
        .ifPresent(parent -> parents.add(new Parent(parent, parent)));
    return parents;
  }

  private static Optional<Budget> parent(Policy policy, Budget child) {
    return Optional.ofNullable(policy.budgets().get(child.parentId()));
  }

  private static Parent changed(
      Budget parent, Budget before, Budget after, Instant now, String actor) {
    var tightened = parent;
    var loosened = parent;
    for (var limit : parent.limits()) {
      var id = id(before, limit.unit(), "");
      var held = withheld(parent, id);
      var less = Math.max(0, carves(before, limit, now) + held - carves(after, limit, now));
      if (less > held) {
        tightened = withholding(tightened, id, limit, less, before, now, actor);
      }
      if (less != held) {
        loosened = withholding(loosened, id, limit, less, before, now, actor);
      }
    }
    return new Parent(tightened, loosened);
  }

  private static Budget without(Budget parent, Budget child, Instant now, String actor) {
    var without = parent;
    for (var limit : parent.limits()) {
      var id = id(child, limit.unit(), "-" + child.origin().version());
      var amount = carves(child, limit, now);
      if (amount > 0 && withheld(parent, id) == 0) {
        without = withholding(without, id, limit, amount, child, now, actor);
      }
    }
    return without;
  }

  private static long carves(Budget child, Limit whole, Instant now) {
    return child.limits().stream()
        .filter(part -> part.isOf(whole.unit()))
        .mapToLong(part -> child.carves(part, now))
        .sum();
  }

  private static long withheld(Budget parent, String id) {
    return parent.adjustments().stream()
        .filter(each -> each.id().equals(id))
        .mapToLong(each -> -each.amount())
        .sum();
  }

  private static Budget withholding(
      Budget parent, String id, Limit limit, long amount, Budget child, Instant now, String actor) {
    var adjustments = new ArrayList<>(parent.adjustments());
    adjustments.removeIf(each -> each.id().equals(id));
    if (amount > 0) {
      adjustments.add(
          new Adjustment(
              id,
              Adjustment.Kind.RAISE,
              limit.unit(),
              -amount,
              now,
              AdjustmentForm.endOf(parent.window(), now),
              "was carved out as " + child.id() + " and may be spent",
              actor));
    }
    if (adjustments.size() > ADJUSTMENTS_MAX) {
      throw Failure.of(
          Reason.LIMIT_REACHED,
          parent.id() + " has " + ADJUSTMENTS_MAX + " adjustments, the most there can be");
    }
    return parent.with(adjustments, parent.origin());
  }

  private static String id(Budget child, CounterUnit unit, String suffix) {
    return RESERVED
        + UUID.nameUUIDFromBytes(child.id().getBytes(StandardCharsets.UTF_8))
        + "-"
        + (unit.isCost() ? "c" : unit.code())
        + suffix;
  }
}
