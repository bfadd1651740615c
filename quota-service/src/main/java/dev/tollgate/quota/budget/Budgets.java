package dev.tollgate.quota.budget;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.budget.v1.Adjustment;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/// Where budgets are made and changed. Every change is a new entry of the tenant's policy, and
/// binds here when the call returns. Blocks; safe for concurrent use.
public final class Budgets {
  /* Whoever writes a budget that is carved out of a parent writes the parent first, on the version
  that it was checked against: so of two changes that fit the parent only one by one, one loses. */

  private static final int BUDGETS_MAX = 100_000;
  private static final int ATTEMPTS = 4;

  private final Policies policies;
  private final Supplier<Instant> clock;

  /// @param clock that windows and adjustments go by
  public Budgets(Policies policies, Supplier<Instant> clock) {
    this.policies = policies;
    this.clock = clock;
  }

  /// Writes a new budget, or finds the same one there.
  public Budget create(Caller caller, Budget budget) {
    requireWithinPins(caller, budget);
    return attempt(() -> {
      var policy = policies.of(caller.tenant());
      var known = policy.budgets().get(budget.id());
      if (known != null) {
        if (known.statesAs(budget)) {
          return known;
        }
        throw Failure.of(
            Reason.BUDGET_EXISTS, budget.id() + " exists already, with another content");
      }
      if (policy.budgets().size() >= BUDGETS_MAX) {
        throw Failure.of(
            Reason.LIMIT_REACHED,
            "the tenant has " + BUDGETS_MAX + " budgets, the most there can be");
      }
      Carving.check(caller, policy, budget);
      return write(caller, Optional.empty(), again(caller.tenant(), budget));
    });
  }

  /* A budget of an id that was there before counts anew. */
  private Budget again(String tenant, Budget budget) {
    if (policies.version(tenant, budget.id()) == 0) {
      return budget;
    }
    return policies.versions(tenant, budget.id()).reversed().stream()
        .filter(entry -> !entry.content().isEmpty())
        .findFirst()
        .map(BudgetForm::stored)
        .map(last -> budget.with(List.of(), budget.origin().after(last.origin())))
        .orElse(budget);
  }

  /// Replaces the state that the etag names, or finds that it was.
  public Budget update(Caller caller, Budget next, long etag) {
    return attempt(() -> {
      var known = changeable(caller, next.id());
      requireWithinPins(caller, next);
      if (known.statesAs(next) && etag <= known.origin().version()) {
        return known;
      }
      requireVersion(known, etag);
      var adjustments =
          known.adjustmentsAt(now()).stream()
              .filter(each -> known.limitOf(each).filter(next::hasLimitLike).isPresent())
              .toList();
      var written = next.with(adjustments, known.origin().next(!next.countsAs(known)));
      Carving.check(caller, policies.of(caller.tenant()), written);
      return write(caller, Optional.of(known), written);
    });
  }

  /// Deletes the budget, or finds that it was.
  ///
  /// @param etag of the state that is to be deleted; 0 deletes any
  public void delete(Caller caller, String id, long etag) {
    attempt(() -> {
      var policy = policies.of(caller.tenant());
      if (!policy.budgets().containsKey(id)) {
        requireWasThere(caller, id);
        return id;
      }
      var known = changeable(caller, id);
      if (etag != 0) {
        requireVersion(known, etag);
      }
      var children = policy.carvedOutOf(id);
      if (!children.isEmpty()) {
        throw Failure.of(
            Reason.BUDGET_CARVED,
            "%s: %d budgets are carved out of it, %s the first (expected: none)"
                .formatted(id, children.size(), children.getFirst().id()));
      }
      var parents =
          Withheld.of(policy, Optional.of(known), Optional.empty(), now(), caller.keyId());
      parents.forEach(parent -> put(caller, parent.tightened()));
      policies.write(caller.tenant(), id, known.origin().version(), "", caller.keyId());
      return id;
    });
  }

  /// Adds to a limit, or finds that it was.
  public Budget adjust(Caller caller, String id, Adjustment form) {
    return attempt(() -> {
      var known = changeable(caller, id);
      var adjusting = new Adjusting(known, now(), caller.keyId());
      var adjusted = adjusting.with(form);
      if (adjusted.isEmpty()) {
        return known;
      }
      Carving.check(caller, policies.of(caller.tenant()), adjusted.get());
      return write(caller, Optional.of(known), adjusted.get());
    });
  }

  /// The budget of that id, if the caller may see it, else BUDGET_UNKNOWN.
  Budget visible(Caller caller, String id) {
    var known = policies.of(caller.tenant()).budgets().get(id);
    if (known == null || !caller.administers(known.selector().equal())) {
      throw unknown(id);
    }
    return known;
  }

  private Budget changeable(Caller caller, String id) {
    var known = visible(caller, id);
    if (!caller.administers(known.origin().pins())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "%s: made by a credential that pins %s (expected: one that pins at least %s)"
              .formatted(id, known.origin().pins(), caller.pins()));
    }
    return known;
  }

  private static void requireWithinPins(Caller caller, Budget budget) {
    if (!caller.administers(budget.selector().equal())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "budget.selector: "
              + budget.selector().equal()
              + " (expected: with what the credential pins: "
              + caller.pins()
              + ")");
    }
  }

  private static void requireVersion(Budget known, long etag) {
    if (known.origin().version() != etag) {
      throw Failure.of(
          Reason.WRITE_CONFLICT,
          "%s: etag %d (expected: %d); somebody else wrote it meanwhile, read it and try again"
              .formatted(known.id(), etag, known.origin().version()));
    }
  }

  private void requireWasThere(Caller caller, String id) {
    var last =
        policies.versions(caller.tenant(), id).reversed().stream()
            .filter(entry -> !entry.content().isEmpty())
            .findFirst()
            .map(BudgetForm::stored);
    if (last.filter(budget -> caller.administers(budget.selector().equal())).isEmpty()) {
      throw unknown(id);
    }
  }

  private static Failure unknown(String id) {
    return Failure.of(Reason.BUDGET_UNKNOWN, "no budget " + id);
  }

  private Budget write(Caller caller, Optional<Budget> before, Budget after) {
    var tenant = caller.tenant();
    var policy = policies.of(tenant);
    var version = before.map(Budget::origin).map(Origin::version);
    var parents = Withheld.of(policy, before, Optional.of(after), now(), caller.keyId());
    parents.forEach(parent -> put(caller, parent.tightened()));
    var written =
        policies.write(
            tenant,
            after.id(),
            version.orElse(policies.version(tenant, after.id())),
            BudgetForm.json(after),
            caller.keyId());
    for (var parent : parents) {
      if (!parent.loosened().equals(parent.tightened())) {
        var newest =
            Objects.requireNonNull(policies.of(tenant).budgets().get(parent.loosened().id()));
        put(caller, parent.loosened().with(parent.loosened().adjustments(), newest.origin()));
      }
    }
    return BudgetForm.stored(written);
  }

  private void put(Caller caller, Budget budget) {
    var _ =
        policies.write(
            caller.tenant(),
            budget.id(),
            budget.origin().version(),
            BudgetForm.json(budget),
            caller.keyId());
  }

  private Instant now() {
    return clock.get().truncatedTo(ChronoUnit.MILLIS);
  }

  /* Who loses a race looks again: perhaps the winner wrote the same, or something else entirely. */
  private <T> T attempt(Supplier<T> write) {
    for (int attempt = 1; ; attempt++) {
      policies.refresh();
      try {
        return write.get();
      } catch (Failure lost) {
        if (lost.reason() != Reason.WRITE_CONFLICT || attempt == ATTEMPTS) {
          throw lost;
        }
      }
    }
  }
}
