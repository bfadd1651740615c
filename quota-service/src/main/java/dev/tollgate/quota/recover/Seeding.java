package dev.tollgate.quota.recover;

import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Heads;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.Seed;
import dev.tollgate.quota.hold.SettledMark;
import dev.tollgate.quota.hold.TenantHead;
import dev.tollgate.quota.hold.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets the counters of budgets to what the ledger has, before anything is granted on them. Calls
/// block; safe for concurrent use, by any number of instances.
final class Seeding {
  /*
   * How far the logs are stored → what the ledger has up to there → set counters, positions and
   * marks, in parts → tell that these budgets are seeded.
   *
   * Until that is told nothing is granted on their counters, so whoever seeds at the same time sets
   * the same; afterwards the store ignores seeds of them. In the first seeding of a life there is
   * more: holds that an old copy of the store still has, what lapses charge, and marks for calls
   * that callers may settle again. A budget that is new to a life has none of these.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Seeding.class);
  private static final int PART = 500;
  private static final Duration RETRY_HORIZON = Duration.ofMinutes(10);

  private final Heads heads;
  private final Holds holds;
  private final Ledger ledger;
  private final Tokens tokens;
  private final LedgerSums sums;

  Seeding(Heads heads, Holds holds, Ledger ledger, Tokens tokens) {
    this.heads = heads;
    this.holds = holds;
    this.ledger = ledger;
    this.tokens = tokens;
    this.sums = new LedgerSums(ledger, tokens);
  }

  /// Seeds what the policy has and this life lacks. Answers whether that life goes on.
  boolean seed(String tenant, TenantHead head, Policy policy) {
    if (head.seededVersion() > 0 && head.seededVersion() >= policy.version()) {
      return true;
    }
    var done = heads.seededCounterIds(tenant).join();
    var missing =
        policy.budgets().values().stream()
            .filter(budget -> !done.contains(budget.counterId()))
            .toList();
    var first = head.seededVersion() == 0;
    if ((first || !missing.isEmpty()) && !seed(tenant, head, policy, missing, first)) {
      return false;
    }
    var ids = missing.stream().map(Budget::counterId).collect(Collectors.toSet());
    return heads.seeded(tenant, head.epoch(), Math.max(1, policy.version()), ids).join();
  }

  private boolean seed(
      String tenant, TenantHead head, Policy policy, List<Budget> missing, boolean first) {
    var now = holds.now();
    var through = ledger.positions(tenant);
    var amounts = new HashMap<>(sums.of(tenant, policy, missing, now, through));
    var marks = first ? marks(tenant, now, through) : List.<SettledMark>of();
    if (first) {
      Lingering.of(heads, ledger, tenant, missing, now, through)
          .forEach((counter, amount) -> amounts.merge(counter, amount, Spent::sum));
    }
    var seeds = new ArrayList<Seed>();
    amounts.forEach((counter, amount) -> seeds.add(new Seed(counter, amount)));
    LOG.info(
        "{}: {} counters of {} budgets and {} marks from the ledger",
        tenant,
        seeds.size(),
        missing.size(),
        marks.size());
    // Later, logs may be stored further than they are applied to what counts already.
    return send(tenant, head.epoch(), seeds, first ? through : Map.of(), marks);
  }

  /* Holds of an earlier life that the ledger has settled: their callers may not have, yet. */
  private List<SettledMark> marks(String tenant, Instant now, Map<String, Long> through) {
    var marks = new ArrayList<SettledMark>();
    var since = now.minus(Holds.HOLD_MAX).minus(RETRY_HORIZON);
    ledger.calls(
        LedgerQuestion.since(tenant, since, through),
        call ->
            tokens
                .open(tenant, call.token())
                .ifPresent(reservation -> {
                  var keptUntil = reservation.expireTime().plus(RETRY_HORIZON);
                  if (keptUntil.isAfter(now)) {
                    marks.add(
                        new SettledMark(
                            reservation.id(),
                            reservation.checkTime(),
                            reservation.expireTime(),
                            call.spend().costNanos(),
                            keptUntil));
                  }
                }));
    return marks;
  }

  private boolean send(
      String tenant,
      String epoch,
      List<Seed> seeds,
      Map<String, Long> positions,
      List<SettledMark> marks) {
    for (int i = 0; i < seeds.size(); i += PART) {
      var part = seeds.subList(i, Math.min(i + PART, seeds.size()));
      if (!heads.seed(tenant, epoch, part, Map.of(), List.of()).join()) {
        return false;
      }
    }
    for (int i = 0; i < marks.size(); i += PART) {
      var part = marks.subList(i, Math.min(i + PART, marks.size()));
      if (!heads.seed(tenant, epoch, List.of(), Map.of(), part).join()) {
        return false;
      }
    }
    return heads.seed(tenant, epoch, List.of(), positions, List.of()).join();
  }
}
