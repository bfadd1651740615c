package dev.tollgate.quota.recover;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.quota.hold.Heads;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.TenantHead;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Begins the lives of tenants' counters, and knows a lost store from a new tenant. Calls block;
/// safe for concurrent use, by any number of instances.
final class Lives {
  /*
   * A life is written down, then begun in the store, then written down as begun, and nothing is
   * granted before that: a life that is begun on paper and missing in the store was lost with what
   * it held. Who finds one that is not begun yet begins that one: two instances begin the same.
   *
   * Reads are ordered for that. That the store has no head tells a loss only to who knew before
   * that there was one; that the store's head is another than the one on paper tells an old copy
   * only to who reads the paper afterwards.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Lives.class);
  private static final int ROUNDS_MAX = 10;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Heads heads;
  private final Holds holds;
  private final Epochs epochs;
  private final RandomGenerator random;
  private final Map<String, Life> known = new ConcurrentHashMap<>();

  Lives(Heads heads, Holds holds, Epochs epochs, RandomGenerator random) {
    this.heads = heads;
    this.holds = holds;
    this.epochs = epochs;
    this.random = random;
  }

  /// The head of the tenant's life, which is begun where there was none.
  TenantHead present(String tenant, long policyVersion) {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      var head = heads.head(tenant).join();
      var life = known.get(tenant);
      if (head.isPresent() && life != null && life.epoch().equals(head.get().epoch())) {
        return head.get();
      }
      step(tenant, policyVersion);
    }
    throw Failure.retryable(
        Reason.STORE_UNAVAILABLE, "the counters' life can't be begun now", RETRY_AFTER);
  }

  private void step(String tenant, long policyVersion) {
    var before = epochs.newest(tenant);
    var head = heads.head(tenant).join();
    if (head.isPresent()) {
      confirm(tenant, head.get());
    } else if (before.isEmpty()) {
      begin(tenant, policyVersion, Life.first(epoch(), holds.now()));
    } else if (before.get().begun()) {
      var next = before.get().next(epoch(), holds.now());
      LOG.warn("the store has lost {}: strict budgets admit from {} on", tenant, next.strictFrom());
      begin(tenant, policyVersion, next);
    } else {
      heads.begin(tenant, before.get().epoch(), policyVersion, before.get().strictFrom()).join();
    }
  }

  private void begin(String tenant, long policyVersion, Life life) {
    if (epochs.append(tenant, life)) {
      heads.begin(tenant, life.epoch(), policyVersion, life.strictFrom()).join();
    }
  }

  private void confirm(String tenant, TenantHead head) {
    var life = epochs.newest(tenant);
    if (life.isEmpty()) {
      epochs.append(tenant, Life.found(head.epoch(), head.strictFrom()));
    } else if (!life.get().epoch().equals(head.epoch())) {
      LOG.warn("the store has an old copy of {}", tenant);
      heads.lose(tenant, head.epoch()).join();
    } else if (life.get().begun()) {
      known.put(tenant, life.get());
    } else {
      epochs.append(tenant, life.get().asBegun());
    }
  }

  private String epoch() {
    return HexFormat.of().toHexDigits(random.nextLong());
  }

  /// Whether holds of that length are written down as possible, as far as is known here. Does not
  /// block.
  boolean remembers(String tenant, Duration hold) {
    var life = known.get(tenant);
    return life != null && life.longestHold().compareTo(hold) >= 0;
  }

  /// Has it written down that holds of that length are possible.
  void remember(String tenant, Duration hold) {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      var life = epochs.newest(tenant);
      if (life.isEmpty()) {
        present(tenant, 0);
      } else if (life.get().longestHold().compareTo(hold) >= 0) {
        known.merge(tenant, life.get(), Lives::newer);
        return;
      } else {
        epochs.append(tenant, life.get().withLongestHold(Life.step(hold)));
      }
    }
    throw Failure.retryable(
        Reason.STORE_UNAVAILABLE, "so long a hold can't be remembered now", RETRY_AFTER);
  }

  private static Life newer(Life one, Life other) {
    return one.version() > other.version() ? one : other;
  }
}
