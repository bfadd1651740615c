package dev.tollgate.quota.check;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Nanos;
import dev.tollgate.quota.budget.Bound;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.HoldExpiry;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Matched;
import dev.tollgate.quota.budget.StoreAway;
import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.Head;
import dev.tollgate.quota.hold.ReservationId;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Terms;
import dev.tollgate.quota.hold.Wish;
import dev.tollgate.rating.Ask;
import dev.tollgate.rating.Estimate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// What a check comes to at an instant: its worst case, and what that asks of every limit that it
/// falls under.
///
/// @param head what the store must know for it
/// @param worst the whole of it, and of that the input alone
/// @param foreign budgets that don't count the cost of it, as it is free, and they count another
///   currency
record Demand(
    Check check,
    Head head,
    Ceiling ceiling,
    Part.Worst worst,
    List<Part> parts,
    List<Budget> foreign) {
  /* No request's id begins like that. */
  private static final String UNFIT = " unfit ";

  Demand {
    parts = List.copyOf(parts);
    foreign = List.copyOf(foreign);
  }

  /// All limits of the budgets that count it, by the budget's id.
  ///
  /// @throws Failure MODEL_UNKNOWN, BUCKET_UNPRICED, AMOUNT_UNREPRESENTABLE, CURRENCY_MISMATCH
  static Demand of(Basis basis, Check check, Matched matched, Instant now) {
    var policy = basis.policy();
    var ceiling =
        Ceiling.of(ask(check, now, check.maxOutputTokens()), basis.book(), policy.rules());
    var spend =
        new Spend(ceiling.whole().cost().value(), check.inputTokens(), check.maxOutputTokens());
    var worst = new Part.Worst(now, spend, inputOf(check, matched, ceiling, now));
    var caller = new Bound.Caller(check.priority(), check.dimensions(), now);
    var parts = new ArrayList<Part>();
    var foreign = new ArrayList<Budget>();
    for (var budget : matched.budgets()) {
      var place = Part.Place.of(budget, check.dimensions(), now);
      var groupsMax = place.group().isEmpty() ? 0 : budget.groupsMax();
      for (var limit : budget.limits()) {
        if (isForeign(limit, ceiling.whole())) {
          if (spend.costNanos() > 0) {
            throw mismatch(budget, limit, ceiling.whole());
          }
          foreign.add(budget);
        } else {
          var bound = basis.bound(budget, limit, caller);
          parts.add(Part.of(place, limit, bound, worst, groupsMax));
          groupsMax = 0;
        }
      }
    }
    var head = new Head(policy.version(), matched.seedNeeded());
    return new Demand(check, head, ceiling, worst, parts, foreign);
  }

  private static boolean isForeign(Limit limit, Estimate estimate) {
    return limit.unit().isCost() && !limit.currency().equals(estimate.currency());
  }

  /* Only some budgets want to know it. */
  private static Spend inputOf(Check check, Matched matched, Ceiling ceiling, Instant now) {
    for (var budget : matched.budgets()) {
      if (budget.holdExpiry() == HoldExpiry.CHARGE_INPUT) {
        var cost = ceiling.of(ask(check, now, 0)).cost().value();
        return new Spend(cost, check.inputTokens(), 0);
      }
    }
    return Spend.NOTHING;
  }

  private static Ask ask(Check check, Instant now, long outputTokens) {
    var subject = check.subject();
    return new Ask(
        subject.provider(),
        subject.model(),
        subject.serviceTier(),
        subject.region(),
        now,
        now.plus(check.holdDuration()),
        check.inputTokens(),
        outputTokens);
  }

  private static Failure mismatch(Budget budget, Limit limit, Estimate estimate) {
    return Failure.of(
        Reason.CURRENCY_MISMATCH,
        "budget %s counts %s, and the price of the model is in %s"
            .formatted(budget.id(), limit.currency(), estimate.currency()));
  }

  /// The hold on the whole of it.
  Wish wish() {
    var claims = new ArrayList<Claim>(parts.size());
    for (var part : parts) {
      claims.add(part.claim());
    }
    return wish(check.maxOutputTokens(), worst.spend(), claims);
  }

  /// The hold on as much of it as leaves that much output.
  Wish wish(long outputTokens) {
    if (outputTokens == check.maxOutputTokens()) {
      return wish();
    }
    var cost = ceiling.of(ask(check, worst.at(), outputTokens)).cost().value();
    var spend = new Spend(cost, check.inputTokens(), outputTokens);
    var claims = new ArrayList<Claim>(parts.size());
    for (var part : parts) {
      claims.add(part.claimOf(spend, worst.input()));
    }
    return wish(outputTokens, spend, claims);
  }

  /// What is refused however the counters stand, and so tells where they do. Only of a demand that
  /// has parts.
  Wish unfit() {
    var claims = new ArrayList<Claim>(parts.size());
    for (var part : parts) {
      claims.add(part.claim().withAmount(1, 0).withLimit(-1));
    }
    return wish(UNFIT + check.requestId(), check.maxOutputTokens(), worst.spend(), claims);
  }

  private Wish wish(long outputTokens, Spend spend, List<Claim> claims) {
    return wish(check.requestId(), outputTokens, spend, claims);
  }

  private Wish wish(String requestId, long outputTokens, Spend spend, List<Claim> claims) {
    var estimate = ceiling.whole();
    return new Wish(
        check.tenant(),
        ReservationId.of(check.tenant(), requestId),
        check.fingerprint(),
        check.holdDuration(),
        new Terms(
            estimate.bookRef(), estimate.currency(), spend, outputTokens, ceiling.unknownModel()),
        head,
        needsStore(),
        claims);
  }

  /// Whether it is denied rather than made while nobody counts it: some budget that enforces says
  /// so.
  boolean needsStore() {
    for (var part : parts) {
      if (part.isEnforced() && part.budget().storeAway() == StoreAway.DENY) {
        return true;
      }
    }
    return false;
  }

  /// The largest output of use that fits all limits, where the counters stand as given; empty where
  /// there is none.
  OptionalLong outputWithin(List<Long> encumbered) {
    var least = leastOutput();
    var largest = check.maxOutputTokens();
    for (int i = 0; i < parts.size() && largest >= least; i++) {
      var part = parts.get(i);
      if (!part.claim().fits(encumbered.get(i))) {
        largest = Math.min(largest, outputWithin(part, encumbered.get(i)));
      }
    }
    return largest < least ? OptionalLong.empty() : OptionalLong.of(largest);
  }

  /// The least output that is of use.
  long leastOutput() {
    return check.minOutputTokens() == 0 ? check.maxOutputTokens() : check.minOutputTokens();
  }

  /// The largest output of use that fits one of the limits alone; -1 where none does.
  long outputWithin(Part part, long encumbered) {
    var left = part.claim().limit() - encumbered;
    if (left < 0) {
      return -1;
    }
    return switch (part.limit().unit()) {
      case COST_NANOS, COST_MICROS ->
          ceiling
              .whole()
              .outputWithin(new Nanos(part.limit().amountOf(left)), leastOutput())
              .orElse(-1);
      case TOKENS -> left - check.inputTokens();
      case OUTPUT_TOKENS -> left;
      case INPUT_TOKENS, REQUESTS -> -1;
    };
  }
}
