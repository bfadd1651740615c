package dev.tollgate.quota.check;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Bound;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Priority;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Holds;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Tells what checks would get and what is left for them, and holds nothing. Decides as checks do,
/// on counters that may have moved when the answer arrives. Never blocks.
public final class Explanations {
  private final Bases bases;
  private final Holds holds;

  public Explanations(Bases bases, Holds holds) {
    this.bases = bases;
    this.holds = holds;
  }

  /// What the check would get. Fails as it would.
  CompletableFuture<Explanation> explain(Check check) {
    var now = holds.now();
    var basis = bases.of(check.tenant());
    var matched = basis.policy().match(check.dimensions(), now);
    var subject = new Case(basis, matched, Demand.of(basis, check, matched, now));
    return encumbered(check.tenant(), subject.demand().parts())
        .thenApply(encumbered ->
            new Explanation(
                subject.demand(), matched, encumbered, decide(subject, encumbered, now)));
  }

  private static Decision decide(Case subject, List<Long> encumbered, Instant now) {
    var basis = subject.basis();
    var demand = subject.demand();
    var closed = Gate.denies(demand.check(), subject.matched(), basis.policy().rules());
    if (closed.isPresent()) {
      return closed.get() instanceof Decision.ModelNotAllowed denied
          ? denied.with(Advice.of(basis, demand, denied.budget(), encumbered))
          : closed.get();
    }
    return switch (Ruling.of(basis, demand, encumbered, now)) {
      case Ruling.Whole() -> subject.likely(demand.wish(), encumbered, now);
      case Ruling.Clamped(var output) -> subject.likely(demand.wish(output), encumbered, now);
      case Ruling.No(var denial) -> denial;
    };
  }

  /// What is left for calls of these dimensions, the scarcest first. Budgets that look at a
  /// provider or model that is not given are left out.
  CompletableFuture<Allowances> allowances(
      String tenant, Dimensions dimensions, Priority priority) {
    var now = holds.now();
    var basis = bases.of(tenant);
    var matched = basis.policy().match(dimensions, now);
    var caller = new Bound.Caller(priority, dimensions, now);
    var parts = new ArrayList<Part>();
    for (var budget : matched.budgets()) {
      if (isTold(budget, dimensions)) {
        var place = Part.Place.of(budget, dimensions, now);
        for (var limit : budget.limits()) {
          var bound = basis.bound(budget, limit, caller);
          parts.add(Part.of(place, limit, bound, Part.Worst.nothing(now), 0));
        }
      }
    }
    return encumbered(tenant, parts)
        .thenApply(encumbered ->
            new Allowances(
                lines(parts, encumbered),
                matched.ended().stream().sorted(Comparator.comparing(Budget::id)).toList(),
                !matched.freezes().isEmpty()));
  }

  private static List<Allowances.Line> lines(List<Part> parts, List<Long> encumbered) {
    var lines = new ArrayList<Allowances.Line>();
    for (int i = 0; i < parts.size(); i++) {
      var limit = parts.get(i).bound().extended();
      lines.add(new Allowances.Line(parts.get(i), limit, Math.max(0, limit - encumbered.get(i))));
    }
    lines.sort(Explanations::byPartLeft);
    return lines;
  }

  /* left / limit, multiplied out; of a limit of 0 nothing is left. */
  private static int byPartLeft(Allowances.Line one, Allowances.Line other) {
    return product(one.remaining(), Math.max(1, other.limit()))
        .compareTo(product(other.remaining(), Math.max(1, one.limit())));
  }

  private static BigInteger product(long one, long other) {
    return BigInteger.valueOf(one).multiply(BigInteger.valueOf(other));
  }

  private static boolean isTold(Budget budget, Dimensions dimensions) {
    return (!dimensions.getProvider().isEmpty() || !looksAt(budget, "provider"))
        && (!dimensions.getModel().isEmpty() || !looksAt(budget, "model"));
  }

  private static boolean looksAt(Budget budget, String dimension) {
    return budget.selector().equal().containsKey(dimension)
        || budget.selector().except().containsKey(dimension)
        || budget.groupBy().stream().anyMatch(each -> each.name().equals(dimension));
  }

  /* Of each part's counter, the earlier slots of a sliding window with it. */
  private CompletableFuture<List<Long>> encumbered(String tenant, List<Part> parts) {
    var counters = new ArrayList<Counter>();
    for (var part : parts) {
      counters.add(part.claim().counter());
      counters.addAll(part.claim().earlier());
    }
    if (counters.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return holds
        .stand(tenant, counters)
        .thenApply(stands -> {
          var sums = new ArrayList<Long>();
          var next = 0;
          for (var part : parts) {
            var sum = 0L;
            for (int i = 0; i <= part.claim().earlier().size(); i++) {
              sum = Math.addExact(sum, stands.get(next++).encumbered());
            }
            sums.add(sum);
          }
          return sums;
        });
  }
}
