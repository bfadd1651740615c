package dev.tollgate.quota.recover;

import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Heads;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.LogMark;
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
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets the counters of budgets to what the ledger has, before anything is granted on them. Calls
/// block; safe for concurrent use, by any number of instances.
final class Seeding {
  /*
   * How far the logs are applied → wait until the ledger has all of that → what it has up to there →
   * set counters, positions and marks, in parts → tell that these budgets are seeded.
   *
   * The store knows the policy's version by now, and until it is told that these budgets are seeded
   * it applies no settlement that they count, and grants nothing on them. So each call is either in
   * what the ledger has up to there, or is applied later, and whoever seeds at the same time sets
   * the same; afterwards the store ignores seeds of them. In the first seeding of a life there is
   * more: logs may be stored further than they are applied, an old copy of the store still has
   * holds, lapses charge, and callers may settle again what is settled. A budget that is new to a
   * life has none of these.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Seeding.class);
  private static final int PART = 500;
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration RETRY_HORIZON = Duration.ofMinutes(10);

  private final Heads heads;
  private final Holds holds;
  private final Ledger ledger;
  private final Tokens tokens;
  private final LedgerSums sums;
  private final Duration storeWaits;

  /// @param storeWaits how long the ledger may lag behind what was settled
  Seeding(Heads heads, Holds holds, Ledger ledger, Tokens tokens, Duration storeWaits) {
    this.heads = heads;
    this.holds = holds;
    this.ledger = ledger;
    this.tokens = tokens;
    this.sums = new LedgerSums(ledger, tokens);
    this.storeWaits = storeWaits;
  }

  /// Seeds what the policy has and this life lacks. Answers whether that life goes on.
  boolean seed(String tenant, TenantHead head, Policy policy) {
    if (head.seededVersion() >= policy.seeding()) {
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
    return heads.seeded(tenant, head.epoch(), policy.seeding(), ids).join();
  }

  private boolean seed(
      String tenant, TenantHead head, Policy policy, List<Budget> missing, boolean first) {
    var now = holds.now();
    var through = through(tenant, heads.positions(tenant).join(), first);
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
    return send(tenant, head.epoch(), seeds, first ? through : Map.of(), marks);
  }

  /* The position up to which each log counts. */
  private Map<String, Long> through(String tenant, Map<String, LogMark> applied, boolean first) {
    var stored = stored(tenant, applied);
    var through = new HashMap<String, Long>();
    applied.forEach((log, mark) -> through.put(log, mark.position()));
    if (first) {
      stored.forEach((log, position) -> through.merge(log, position, Math::max));
    }
    return through;
  }

  /* Ingest settles and stores a log side by side: what is settled is stored within a moment. */
  private Map<String, Long> stored(String tenant, Map<String, LogMark> applied) {
    var stored = ledger.positions(tenant);
    var pauses = storeWaits.dividedBy(PAUSE);
    for (long i = 0; i < pauses && lags(stored, applied); i++) {
      LockSupport.parkNanos(PAUSE.toNanos());
      stored = ledger.positions(tenant);
    }
    if (lags(stored, applied)) {
      LOG.warn(
          "{}: the ledger has {} and was settled to {}; calls between are not in new counters",
          tenant,
          stored,
          applied);
    }
    return stored;
  }

  private static boolean lags(Map<String, Long> stored, Map<String, LogMark> applied) {
    return applied.entrySet().stream()
        .anyMatch(each -> stored.getOrDefault(each.getKey(), 0L) < each.getValue().row());
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
