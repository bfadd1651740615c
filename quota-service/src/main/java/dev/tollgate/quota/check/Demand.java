package dev.tollgate.quota.check;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Nanos;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.Head;
import dev.tollgate.quota.hold.ReservationId;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Terms;
import dev.tollgate.quota.hold.Wish;
import dev.tollgate.rating.Ask;
import dev.tollgate.rating.Estimate;
import dev.tollgate.rating.PriceStack;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// What a check comes to at an instant: its worst case, and what that takes from every limit that
/// it falls under.
record Demand(Check check, Head head, Instant now, Ceiling ceiling, Spend worst, List<Part> parts) {
  /// What it takes from one limit.
  record Part(Budget budget, List<String> group, Limit limit, Claim claim) {}

  /* All limits of all matching budgets, by the budget's id. A call that costs nothing passes over
  budgets of another currency. */
  static Demand of(
      Check check,
      PriceStack book,
      CheckRules rules,
      Head head,
      List<Budget> budgets,
      Instant now) {
    var ceiling = Ceiling.of(ask(check, now, check.maxOutputTokens()), book, rules);
    var estimate = ceiling.whole();
    var worst = new Spend(estimate.cost().value(), check.inputTokens(), check.maxOutputTokens());
    var parts = new ArrayList<Part>();
    for (var budget : budgets) {
      var group = budget.group(check.dimensions());
      for (var limit : budget.limits()) {
        if (limit.unit().isCost() && !limit.currency().equals(estimate.currency())) {
          if (worst.costNanos() > 0) {
            throw mismatch(budget, limit, estimate);
          }
        } else {
          var counter = budget.counter(limit, group, now);
          var claim = Claim.of(counter, limit.counted(), limit.unit().of(worst));
          parts.add(new Part(budget, group, limit, claim));
        }
      }
    }
    return new Demand(check, head, now, ceiling, worst, parts);
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
    return wish(check.maxOutputTokens(), worst);
  }

  /// The hold on as much of it as leaves that much output.
  Wish wish(long outputTokens) {
    if (outputTokens == check.maxOutputTokens()) {
      return wish();
    }
    var cost = ceiling.of(ask(check, now, outputTokens)).cost().value();
    return wish(outputTokens, new Spend(cost, check.inputTokens(), outputTokens));
  }

  private Wish wish(long outputTokens, Spend spend) {
    var claims =
        parts.stream()
            .map(part -> {
              var amount = part.limit().unit().of(spend);
              return part.claim().withAmount(amount, amount);
            })
            .toList();
    return new Wish(
        check.tenant(),
        ReservationId.of(check.tenant(), check.requestId()),
        check.fingerprint(),
        check.holdDuration(),
        terms(outputTokens, spend),
        head,
        true,
        claims);
  }

  private Terms terms(long outputTokens, Spend spend) {
    var estimate = ceiling.whole();
    return new Terms(
        estimate.bookRef(), estimate.currency(), spend, outputTokens, ceiling.unknownModel());
  }

  /// The largest output of use that fits all limits, where the counters stand as given; empty where
  /// there is none.
  OptionalLong outputWithin(List<Long> encumbered) {
    var least = check.minOutputTokens() == 0 ? check.maxOutputTokens() : check.minOutputTokens();
    var largest = check.maxOutputTokens();
    for (int i = 0; i < parts.size() && largest >= least; i++) {
      var part = parts.get(i);
      if (!part.claim().fits(encumbered.get(i))) {
        largest = Math.min(largest, outputWithin(part, encumbered.get(i), least));
      }
    }
    return largest < least ? OptionalLong.empty() : OptionalLong.of(largest);
  }

  /* -1 where none fits. */
  private long outputWithin(Part part, long encumbered, long least) {
    var left = part.claim().limit() - encumbered;
    if (left < 0) {
      return -1;
    }
    return switch (part.limit().unit()) {
      case COST_NANOS, COST_MICROS ->
          ceiling.whole().outputWithin(new Nanos(part.limit().amountOf(left)), least).orElse(-1);
      case TOKENS -> left - check.inputTokens();
      case OUTPUT_TOKENS -> left;
      case INPUT_TOKENS, REQUESTS -> -1;
    };
  }

  /// The denial by the first limit that the whole of it does not fit.
  Decision.Denied denied(List<Long> encumbered, Instant at) {
    for (int i = 0; i < parts.size(); i++) {
      var part = parts.get(i);
      var claim = part.claim();
      if (!claim.fits(encumbered.get(i))) {
        return new Decision.Denied(
            part.budget().id(),
            part.budget().displayName(),
            part.group(),
            part.limit(),
            Math.max(0, claim.limit() - encumbered.get(i)),
            claim.amount(),
            at,
            claim.counter().endMillis());
      }
    }
    throw new IllegalStateException("refused, though everything fits: " + encumbered);
  }
}
