package dev.tollgate.ingest.user;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.ledger.Users;
import dev.tollgate.ingest.ledger.Users.Erased;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What stands in the ledger for users' names. Erasures are followed by polling: one that was made
/// here binds here at once, elsewhere with the next poll. Safe for concurrent use.
public final class Surrogates implements AutoCloseable {
  /*
   * A surrogate follows from the name and the number of its erasures, so nothing need be looked up
   * while ClickHouse is away, and every instance says the same. The first counts that was not erased.
   *
   * The log is told each name before the first row under its surrogate, or in one write with it, as a
   * row of its own: what can be lost is then a row without an event, never a name. An instance
   * remembers which names it has told; one that it forgot is told again, and nothing changes.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Surrogates.class);
  private static final long POLL_MILLIS = 1_000;
  private static final int POLLS_PER_SWEEP = 60;

  private final SurrogateKey key;
  private final Users users;
  private final ToldNames told = new ToldNames();
  private final ScheduledExecutorService poller =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("surrogates").factory());
  private long known = -1;
  private int polls;
  private boolean isAway;
  private volatile Set<Erased> erased = Set.of();

  private Surrogates(SurrogateKey key, Users users) {
    this.key = key;
    this.users = users;
  }

  /// Reads the erasures, ends what an earlier process left undone of them, and follows them.
  /// Blocks.
  public static Surrogates follow(SurrogateKey key, Users users) {
    var surrogates = new Surrogates(key, users);
    surrogates.refresh();
    surrogates.sweep();
    var _ =
        surrogates.poller.scheduleWithFixedDelay(
            surrogates::poll, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
    return surrogates;
  }

  /// For the users of one request of the tenant.
  public Roster roster(String tenant) {
    return new Roster(this, tenant);
  }

  /// What stands for a name that the log was told; empty where that is not known.
  Optional<String> told(String tenant, String name) {
    return told.surrogate(tenant, name).filter(surrogate -> !isErased(tenant, surrogate));
  }

  /// The log has the name, durably.
  void tell(String tenant, String name, String surrogate) {
    told.add(tenant, name, surrogate);
  }

  /// What stands for the name now.
  String of(String tenant, String name) {
    return key.surrogate(tenant, name, erasures(tenant, name));
  }

  /* How often the name was erased. */
  private int erasures(String tenant, String name) {
    var number = 0;
    while (isErased(tenant, key.surrogate(tenant, name, number))) {
      number++;
    }
    return number;
  }

  private boolean isErased(String tenant, String surrogate) {
    return erased.contains(new Erased(tenant, surrogate));
  }

  /// Forgets whose the name's surrogate is; returns the surrogate, of a name that was erased
  /// already the last one. Blocks.
  ///
  /// @throws Failure USER_UNKNOWN where the ledger never had the name
  synchronized String erase(String tenant, String name, String actor, String reason) {
    refresh();
    sweep();
    var number = erasures(tenant, name);
    var surrogate = key.surrogate(tenant, name, number);
    if (!users.isNamed(tenant, surrogate)) {
      if (number > 0) {
        return key.surrogate(tenant, name, number - 1);
      }
      throw Failure.of(
          Reason.USER_UNKNOWN,
          "user: no such name in the ledger (expected: one that usage carried, whole and exactly)");
    }
    users.erase(new Erased(tenant, surrogate), actor, reason);
    refresh();
    sweep();
    return surrogate;
  }

  private void poll() {
    try {
      refresh();
      if (++polls % POLLS_PER_SWEEP == 0) {
        sweep();
      }
      isAway = false;
    } catch (RuntimeException failed) {
      if (!isAway && !poller.isShutdown()) {
        LOG.warn("erasures can't be read; the last known ones stay in force", failed);
      }
      isAway = true;
    }
  }

  private synchronized void refresh() {
    var newErasures = users.erasures();
    if (newErasures != known) {
      erased = Set.copyOf(users.erased());
      known = newErasures;
    }
  }

  /* Names of the erased that were on their way when they were deleted. */
  private synchronized void sweep() {
    if (!erased.isEmpty()) {
      var names = users.deleteErasedNames();
      if (names > 0) {
        LOG.info("deleted {} rows with names of erased users", names);
      }
    }
  }

  @Override
  public void close() {
    poller.shutdownNow();
  }
}
