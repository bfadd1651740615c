package dev.tollgate.quota.learn;

import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Usual;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is usual now, of every budget with a spend rate: learned as soon as there is one, and anew
/// every hour. Safe for concurrent use.
///
/// What can't be learned now is what it was, and what never was learned is unknown.
public final class LearnedUsual implements Usual, AutoCloseable {
  /// Of so many budgets of all tenants together it is learned: 15 MB, and some minutes of the
  /// ledger's time in each hour.
  static final int BUDGETS_MAX = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(LearnedUsual.class);
  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration RETRY = Duration.ofMinutes(1);

  private record Wanted(Budget budget, List<Budget> carved) {}

  private record Key(String tenant, String counterId) {}

  private final Costs costs;
  private final Supplier<Instant> clock;
  private final Map<String, List<Wanted>> wanted = new ConcurrentHashMap<>();
  private final Map<Key, Baseline> known = new ConcurrentHashMap<>();
  private final ScheduledExecutorService learner =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("learn").factory());
  private boolean failing;

  LearnedUsual(Costs costs, Supplier<Instant> clock) {
    this.costs = costs;
    this.clock = clock;
  }

  /// Starts to learn what it is told of.
  ///
  /// @param random when the hourly turn comes, so that instances don't ask the ledger together
  public static LearnedUsual start(Costs costs, Supplier<Instant> clock, RandomGenerator random) {
    var usual = new LearnedUsual(costs, clock);
    var offset = random.nextLong(EVERY.toMillis());
    var _ =
        usual.learner.scheduleWithFixedDelay(
            usual::learnAll, offset, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    var _ =
        usual.learner.scheduleWithFixedDelay(
            usual::learnMissing, RETRY.toMillis(), RETRY.toMillis(), TimeUnit.MILLISECONDS);
    return usual;
  }

  @Override
  public long nanos(String tenant, Budget budget, Instant at) {
    var baseline = known.get(new Key(tenant, budget.counterId()));
    return baseline == null ? 0 : baseline.nanos(at);
  }

  /// Takes note of a new or changed policy, and has its new spend rates learned. Does not block.
  public void changed(String tenant, Policy policy) {
    var its =
        policy.budgets().values().stream()
            .filter(LearnedUsual::isLearned)
            .map(budget -> new Wanted(budget, policy.carvedOutOf(budget.id())))
            .toList();
    var before = its.isEmpty() ? wanted.remove(tenant) : wanted.put(tenant, its);
    if (!its.isEmpty() || before != null) {
      try {
        learner.execute(this::learnMissing);
      } catch (RejectedExecutionException closed) {
        LOG.debug("closed", closed);
      }
    }
  }

  /* What a fallback budget counts depends on all others, and no statement on the ledger is as long
  as they may be. */
  private static boolean isLearned(Budget budget) {
    return !budget.fallback() && budget.limits().stream().anyMatch(Limit::isSpendRate);
  }

  /// Learns what is not known yet. Blocks.
  void learnMissing() {
    learn(known.keySet());
  }

  /// Learns everything anew. Blocks.
  void learnAll() {
    learn(Set.of());
  }

  private synchronized void learn(Set<Key> but) {
    var there = new HashSet<Key>();
    var failed = false;
    for (var tenant : wanted.entrySet()) {
      for (var each : tenant.getValue()) {
        var key = new Key(tenant.getKey(), each.budget().counterId());
        if (there.size() < BUDGETS_MAX && there.add(key) && !but.contains(key)) {
          failed |= !learn(key, each);
        }
      }
    }
    known.keySet().retainAll(there);
    failing = failed;
  }

  private boolean learn(Key key, Wanted each) {
    try {
      known.put(
          key, Baseline.learn(costs, key.tenant(), each.budget(), each.carved(), clock.get()));
      return true;
    } catch (RuntimeException e) {
      if (!failing && !learner.isShutdown()) {
        LOG.warn("what is usual can't be learned; what was known stays in force", e);
      }
      failing = true;
      return false;
    }
  }

  /// How many budgets it knows of.
  int size() {
    return known.size();
  }

  @Override
  public void close() {
    learner.shutdownNow();
  }
}
