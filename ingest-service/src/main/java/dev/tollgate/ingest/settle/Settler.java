package dev.tollgate.ingest.settle;

import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.LogCursor;
import dev.tollgate.ingest.log.Patience;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the quota what the log says, in its order, until it has taken it.
public final class Settler {
  /*
   * read a stretch of the log → per tenant, until it is applied → remember how far.
   *
   * The quota keeps the position of every tenant with the tenant's counters and skips what it has.
   * So what is remembered here may lag, and is written to the log only now and then: after a crash
   * a little is sent again.
   *
   * A tenant that the quota can't settle while it settles others is left behind: what comes for it
   * is passed, and read from the log again every second until the quota has it. A stretch of which
   * nothing can be settled waits as a whole: then the quota is away, and the log is patient.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Settler.class);
  private static final int STRETCH_MAX = 5_000;
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofMillis(200);
  private static final Duration LINGER = Duration.ofMillis(5);
  private static final Duration REMEMBER_EVERY = Duration.ofSeconds(1);
  private static final Duration CATCH_UP_EVERY = Duration.ofSeconds(1);

  private final SegmentLog log;
  private final Applying applying;
  private final TimeSource time;
  private final Patience patience;
  private final Thread thread = new Thread(this::run, "ingest-settle");

  /* The position after which each of these has not been settled. */
  private final Map<String, Long> behind = new HashMap<>();
  private long caughtUpNanos;
  private long read;
  private volatile long settled;
  private long remembered;
  private long rememberedNanos;
  private boolean unremembered;

  /// @param settled the last position that the quota is known to have
  public Settler(SegmentLog log, long settled, QuotaClient quota, TimeSource time) {
    this.log = log;
    this.applying = new Applying(log, quota);
    this.time = time;
    this.read = settled;
    this.settled = settled;
    this.remembered = settled;
    this.rememberedNanos = time.nanoTime();
    this.patience = new Patience(time);
  }

  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /// The last position that the quota is known to have, of every tenant.
  public long settled() {
    return settled;
  }

  /// Sends what can be sent within the bound; the rest stays in the log.
  public void close(Duration bound) {
    patience.finishWithin(bound);
    try {
      thread.join(bound.plus(GRACE));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    for (int failures = 1; !patience.isOver(); failures++) {
      try (var cursor = log.read(read + 1)) {
        follow(cursor);
        return;
      } catch (IOException | RuntimeException failure) {
        LOG.error("the log can't be settled; trying again", failure);
        patience.pause(failures);
      }
    }
  }

  private void follow(LogCursor cursor) throws IOException {
    while (!patience.isOver()) {
      var stretch = read(cursor);
      if (!stretch.hasEvents() && patience.isFinishing() && behind.isEmpty()) {
        break;
      }
      if (!settle(stretch)) {
        break;
      }
      read = Math.max(read, stretch.through());
      catchUp();
      settled = behind.values().stream().mapToLong(Long::longValue).min().orElse(read);
      remember(stretch.hasEvents());
    }
    rememberNow();
  }

  private static Settlements read(LogCursor cursor) {
    var stretch = new Settlements();
    var logged = cursor.next(IDLE);
    for (int count = 1; logged.isPresent(); count++) {
      stretch.add(logged.get());
      logged = count < STRETCH_MAX ? cursor.next(LINGER) : Optional.empty();
    }
    return stretch;
  }

  /// Says whether nothing of it is left to do: only the end of patience prevents that.
  private boolean settle(Settlements stretch) {
    var left = new LinkedHashMap<>(stretch.byTenant());
    left.keySet().removeAll(behind.keySet());
    for (int failures = 1; !patience.isOver(); failures++) {
      var before = left.size();
      left.entrySet().removeIf(each -> applying.apply(each.getKey(), each.getValue()));
      if (left.isEmpty() || left.size() < before) {
        left.forEach((tenant, its) -> behind.put(tenant, its.getFirst().getPosition() - 1));
        return true;
      }
      patience.pause(failures);
    }
    return false;
  }

  /* One pass over the log for all who are behind, up to where the others are. */
  private void catchUp() throws IOException {
    var due = time.nanoTime() - caughtUpNanos >= CATCH_UP_EVERY.toNanos();
    if (behind.isEmpty() || !(due || patience.isFinishing())) {
      return;
    }
    var stuck = new HashSet<String>();
    var from = behind.values().stream().mapToLong(Long::longValue).min().orElse(read);
    try (var cursor = log.read(from + 1)) {
      while (cursor.position() <= read && stuck.size() < behind.size() && !patience.isOver()) {
        var stretch = new Settlements();
        for (int count = 0; count < STRETCH_MAX && cursor.position() <= read; count++) {
          cursor.next(Duration.ZERO).ifPresent(stretch::add);
        }
        behind.replaceAll((tenant, after) -> caughtUp(tenant, after, stretch, stuck));
      }
    }
    behind.values().removeIf(after -> after >= read);
    caughtUpNanos = time.nanoTime();
  }

  private long caughtUp(String tenant, long after, Settlements stretch, Set<String> stuck) {
    if (stuck.contains(tenant)) {
      return after;
    }
    var its =
        stretch.byTenant().getOrDefault(tenant, List.of()).stream()
            .filter(settlement -> settlement.getPosition() > after)
            .toList();
    if (!its.isEmpty() && !applying.apply(tenant, its)) {
      stuck.add(tenant);
      return after;
    }
    return Math.max(after, stretch.through());
  }

  /* The mark itself is a record, which moves the position by one: only events are a reason. */
  private void remember(boolean hasEvents) {
    var due = time.nanoTime() - rememberedNanos >= REMEMBER_EVERY.toNanos();
    if (hasEvents) {
      unremembered = true;
    }
    if (due && unremembered) {
      rememberNow();
    }
  }

  private void rememberNow() {
    if (unremembered && settled > remembered) {
      unremembered = false;
      remembered = settled;
      rememberedNanos = time.nanoTime();
      var _ = log.append(List.of(new Entry.Settled(settled)));
    }
  }
}
