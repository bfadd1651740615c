package dev.tollgate.query.unit;

import dev.tollgate.proto.query.v1.GetUnitEconomicsRequest;
import dev.tollgate.query.cost.MadeRates;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.outcome.Entry;
import dev.tollgate.query.outcome.MadeLedger;
import dev.tollgate.query.outcome.Said;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/// A tenant's events, outcomes and cost lines, made up.
@NullMarked
record MadeUnits(List<Entry> entries, List<Said> outcomes, List<Paid> paid) {
  /// Stores them, and the same for neighbours, so that a leak would move every sum.
  static MadeUnits store(TestLedger ledger, String tenant, int seed, int events, int outcomes)
      throws Exception {
    for (var neighbour : Scale.neighbours(tenant)) {
      store(ledger, made(neighbour, seed, events, outcomes));
    }
    return store(ledger, made(tenant, seed, events, outcomes));
  }

  private static MadeUnits made(String tenant, int seed, int events, int outcomes) {
    var random = new Random(seed);
    var made = new MadeLedger(random, tenant);
    return new MadeUnits(
        made.entries(events), made.outcomes(outcomes), Paid.lines(random, made, tenant));
  }

  private static MadeUnits store(TestLedger ledger, MadeUnits made) throws Exception {
    MadeLedger.fill(ledger, made.entries(), made.outcomes());
    ledger.insert("cost_lines", made.paid().stream().map(Paid::row).toList());
    return made;
  }

  /// The outcomes alone: all that there is to know of revenue.
  MadeUnits withoutCosts() {
    return new MadeUnits(List.of(), outcomes, List.of());
  }

  /// What an answer must be.
  RecomputedUnits recomputed(
      GetUnitEconomicsRequest request,
      Predicate<Function<String, String>> kept,
      MadeRates rates,
      boolean grouped) {
    return new RecomputedUnits(entries, outcomes, paid, kept, request, rates, grouped);
  }
}
