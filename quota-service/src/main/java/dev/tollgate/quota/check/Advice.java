package dev.tollgate.quota.check;

import dev.tollgate.failure.Failure;
import dev.tollgate.money.Nanos;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Models;
import dev.tollgate.quota.hold.Counter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A cheaper model with which a call that is denied would be admitted as things stand.
///
/// @param saving how much lower its worst case is
public record Advice(String provider, String model, String currency, Nanos saving) {
  /* The candidate is tried on the counters that were just read, so it costs no step in the store.
  One that would count on other counters is passed over: where those stand is not known. */

  /// The first of the budget's downgrades that would do.
  static Optional<Advice> of(Basis basis, Demand demand, Budget denying, List<Long> encumbered) {
    for (var candidate : denying.models().downgrades()) {
      var advice = tried(basis, demand, candidate, encumbered);
      if (advice.isPresent()) {
        return advice;
      }
    }
    return Optional.empty();
  }

  private static Optional<Advice> tried(
      Basis basis, Demand demand, Models.Downgrade candidate, List<Long> encumbered) {
    var check = demand.check();
    var provider =
        candidate.provider().isEmpty() ? check.subject().provider() : candidate.provider();
    var other = check.withModel(provider, candidate.model());
    return demandOf(basis, other, demand.worst().at())
        .filter(cheaper -> counters(cheaper).equals(counters(demand)))
        .filter(cheaper -> fits(cheaper, encumbered))
        .map(cheaper ->
            new Advice(
                provider,
                candidate.model(),
                cheaper.ceiling().whole().currency(),
                new Nanos(
                    demand.worst().spend().costNanos() - cheaper.worst().spend().costNanos())))
        .filter(advice -> advice.saving().value() > 0);
  }

  /* A model without a price is no advice, not even where such calls are held at the dearest. */
  private static Optional<Demand> demandOf(Basis basis, Check check, Instant now) {
    var matched = basis.policy().match(check.dimensions(), now);
    if (Gate.denies(check, matched, basis.policy().rules()).isPresent()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Demand.of(basis, check, matched, now))
          .filter(demand -> !demand.ceiling().unknownModel());
    } catch (Failure unpriced) {
      return Optional.empty();
    }
  }

  private static List<Counter> counters(Demand demand) {
    return demand.parts().stream().map(part -> part.claim().counter()).toList();
  }

  private static boolean fits(Demand demand, List<Long> encumbered) {
    for (int i = 0; i < encumbered.size(); i++) {
      if (!demand.parts().get(i).claim().fits(encumbered.get(i))) {
        return false;
      }
    }
    return true;
  }
}
