package dev.tollgate.quota.recover;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Heads;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes tenants' counters such that checks can be granted on them: a life begun, every budget
/// seeded from the ledger. Nothing here blocks; safe for concurrent use, by any number of
/// instances.
public final class Recovery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final Duration CHECK_WAITS = Duration.ofSeconds(1);
  private static final Duration WRITE_WAITS = Duration.ofSeconds(10);
  private static final int ROUNDS_MAX = 3;

  /* A lost store is lost for all tenants. Those for whom somebody waits don't queue behind the
  rest, which has only a part of the room. */
  private static final int MAKING_MAX = 16;
  private static final int UNHURRIED_MAX = 4;

  private final Heads heads;
  private final Lives lives;
  private final Seeding seeding;
  private final Timer seconds;
  private final Map<String, Policy> policies = new ConcurrentHashMap<>();
  private final Errands making = new Errands(MAKING_MAX, this::make);
  private final Errands unhurried = new Errands(UNHURRIED_MAX, tenant -> making.ask(tenant).join());
  private final Errands remembering;
  private final Map<String, Duration> wanted = new ConcurrentHashMap<>();

  /// @param storeWaits how long the ledger may lag behind what was settled
  Recovery(
      Heads heads,
      Holds holds,
      Ledger ledger,
      Epochs epochs,
      Tokens tokens,
      Duration storeWaits,
      MeterRegistry meters,
      RandomGenerator random) {
    this.heads = heads;
    this.lives = new Lives(heads, holds, epochs, random);
    this.seeding = new Seeding(heads, holds, ledger, tokens, storeWaits);
    this.seconds = meters.timer("quota.seeding.seconds");
    this.remembering =
        new Errands(
            MAKING_MAX,
            tenant -> lives.remember(tenant, wanted.getOrDefault(tenant, Duration.ZERO)));
  }

  /// Takes note of a new or changed policy, and has its new budgets seeded.
  public void changed(String tenant, Policy policy) {
    policies.merge(
        tenant, policy, (known, told) -> told.version() >= known.version() ? told : known);
    var _ = unhurried.ask(tenant).exceptionally(failure -> failed(tenant, failure));
  }

  private static Void failed(String tenant, Throwable failure) {
    LOG.warn("{}: counters can't be seeded now; checks try again: {}", tenant, failure.toString());
    return null;
  }

  /// Blocks until the policy as it is known here binds on all instances, and every counter that it
  /// asks for counts; fails with STORE_UNAVAILABLE where that takes too long.
  public void publish(String tenant) {
    try {
      making.ask(tenant).orTimeout(WRITE_WAITS.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException failure) {
      LOG.warn("{}: what was written can't be told to bind everywhere", tenant, failure);
      throw Failure.retryable(
          Reason.STORE_UNAVAILABLE,
          "it is written, but can't be told to bind everywhere yet: the same call again waits again",
          CHECK_WAITS);
    }
  }

  /// The same without blocking, for a check that found its counters not ready: fails with
  /// STORE_UNAVAILABLE where they are not within a second.
  public CompletableFuture<Void> ready(String tenant) {
    return making
        .ask(tenant)
        .orTimeout(CHECK_WAITS.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(asFailure(failure)));
  }

  private static Throwable asFailure(Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof TimeoutException) {
      return rebuilding();
    }
    return cause == null ? failure : cause;
  }

  static Failure rebuilding() {
    return Failure.retryable(
        Reason.STORE_UNAVAILABLE, "the counters are being rebuilt", CHECK_WAITS);
  }

  /// Has a tenant's counters made anew that were seen to be lost.
  void lost(String tenant) {
    var _ = unhurried.ask(tenant).exceptionally(failure -> failed(tenant, failure));
  }

  boolean remembers(String tenant, Duration hold) {
    return lives.remembers(tenant, hold);
  }

  /// Completes when holds of that length may be granted: were the store lost then, it would be
  /// known how long they may be open.
  CompletableFuture<Void> remember(String tenant, Duration hold) {
    wanted.merge(tenant, hold, (one, other) -> one.compareTo(other) > 0 ? one : other);
    return remembering.ask(tenant);
  }

  /// The policies that are known here, by tenant.
  Map<String, Policy> policies() {
    return Map.copyOf(policies);
  }

  /// The tenants whose policies are known here.
  Set<String> tenants() {
    return policies.keySet();
  }

  Policy policy(String tenant) {
    return policies.getOrDefault(tenant, Policy.EMPTY);
  }

  private void make(String tenant) {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      var policy = policy(tenant);
      var head = lives.present(tenant, policy.version());
      if (head.policyVersion() < policy.version()) {
        heads.raise(tenant, policy.version()).join();
      }
      if (head.seededVersion() >= policy.seeding()) {
        return;
      }
      var timing = Timer.start();
      if (seeding.seed(tenant, head, policy)) {
        timing.stop(seconds);
        return;
      }
    }
    throw Failure.retryable(
        Reason.STORE_UNAVAILABLE, "the store forgets while it is seeded", CHECK_WAITS);
  }

  @Override
  public void close() {
    unhurried.close();
    making.close();
    remembering.close();
  }
}
