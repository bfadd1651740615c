package dev.tollgate.quota.recover;

import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Heads;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.Tokens;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compares counters with the ledger every few minutes, and publishes by how much they differ. It
/// changes none. Groups of which neither the ledger nor a hold tells are not looked for.
final class Reconcile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reconcile.class);
  private static final Duration EVERY = Duration.ofMinutes(5);
  private static final int PART = 5_000;
  private static final int SHOWN_MAX = 5;

  /// A counter that is not where the ledger, open holds and lapses have it.
  ///
  /// @param by how much more it counts; below 0, how much less
  record Drift(String tenant, Counter counter, long by) {
    boolean isSameWay(long other) {
      return Long.signum(by) == Long.signum(other);
    }
  }

  private final Heads heads;
  private final Holds holds;
  private final Ledger ledger;
  private final LedgerSums sums;
  private final Supplier<Map<String, Policy>> policies;
  private final MeterRegistry meters;
  private final RandomGenerator random;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("reconcile").factory());
  private final Map<String, Map<Counter, Long>> before = new HashMap<>();

  Reconcile(
      Heads heads,
      Holds holds,
      Ledger ledger,
      Tokens tokens,
      Supplier<Map<String, Policy>> policies,
      MeterRegistry meters,
      RandomGenerator random) {
    this.heads = heads;
    this.holds = holds;
    this.ledger = ledger;
    this.sums = new LedgerSums(ledger, tokens);
    this.policies = policies;
    this.meters = meters;
    this.random = random;
  }

  /// Instances that were started together don't ask the ledger together.
  void start() {
    var first = EVERY.toMillis() / 2 + random.nextLong(EVERY.toMillis());
    var _ =
        scheduler.scheduleWithFixedDelay(
            this::turn, first, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void turn() {
    var timing = Timer.start();
    policies
        .get()
        .forEach((tenant, policy) -> {
          try {
            if (!scheduler.isShutdown()) {
              compare(tenant, policy);
            }
          } catch (RuntimeException e) {
            LOG.warn("{}: counters can't be compared with the ledger now", tenant, e);
          }
        });
    timing.stop(meters.timer("quota.reconcile.seconds"));
  }

  /// The counters that differ, after they were published. Blocks.
  List<Drift> compare(String tenant, Policy policy) {
    var head = heads.head(tenant).join();
    if (head.isEmpty() || head.get().seededVersion() < policy.seeding()) {
      return List.of();
    }
    var now = holds.now();
    var through = ledger.positions(tenant);
    var expected = new HashMap<>(sums.of(tenant, policy, policy.budgets().values(), now, through));
    Lingering.of(heads, ledger, tenant, policy.budgets().values(), now, through)
        .forEach((counter, amount) -> expected.merge(counter, amount, Spent::sum));
    for (var budget : policy.budgets().values()) {
      if (budget.groupBy().isEmpty()) {
        budget
            .limits()
            .forEach(limit -> expected.putIfAbsent(budget.counter(limit, List.of(), now), 0L));
      }
    }
    var drifts = differing(tenant, expected);
    publish(tenant, drifts);
    return drifts;
  }

  private List<Drift> differing(String tenant, Map<Counter, Long> expected) {
    var drifts = new ArrayList<Drift>();
    var counters = List.copyOf(expected.keySet());
    for (int i = 0; i < counters.size(); i += PART) {
      var part = counters.subList(i, Math.min(i + PART, counters.size()));
      var stands = holds.stand(tenant, part).join();
      for (int j = 0; j < part.size(); j++) {
        var by = stands.get(j).encumbered() - expected.getOrDefault(part.get(j), 0L);
        if (by != 0) {
          drifts.add(new Drift(tenant, part.get(j), by));
        }
      }
    }
    return drifts;
  }

  /* Calls that were settled and are not stored yet explain a drift once, but not twice. */
  private void publish(String tenant, List<Drift> drifts) {
    var known = before.getOrDefault(tenant, Map.of());
    var lasting =
        drifts.stream()
            .filter(drift -> drift.isSameWay(known.getOrDefault(drift.counter(), 0L)))
            .sorted(Comparator.comparingLong(drift -> -Math.abs(drift.by())))
            .toList();
    for (var drift : lasting) {
      summary(drift).record((double) Math.abs(drift.by()));
    }
    if (!lasting.isEmpty()) {
      LOG.warn(
          "{}: {} counters are not where the ledger has them, these the most: {}",
          tenant,
          lasting.size(),
          lasting.stream().limit(SHOWN_MAX).toList());
    }
    var now = new HashMap<Counter, Long>();
    drifts.forEach(drift -> now.put(drift.counter(), drift.by()));
    before.put(tenant, now);
  }

  private DistributionSummary summary(Drift drift) {
    return meters.summary(
        "quota.drift",
        "unit",
        name(drift.counter().unit()),
        "way",
        drift.by() > 0 ? "over" : "under");
  }

  private static String name(CounterUnit unit) {
    return unit.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
  }
}
