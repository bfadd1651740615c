package dev.tollgate.ingest.settle;

import com.google.common.collect.Lists;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.LogCursor;
import dev.tollgate.ingest.log.Patience;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.time.TimeSource;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the quota what the log says, in its order, until it has taken it.
public final class Settler {
  /*
   * read a stretch of the log → per tenant, runs of at most RUN_MAX, each until it is applied →
   * remember how far.
   *
   * The quota keeps the position of every tenant with the tenant's counters and skips what it has.
   * So what is remembered here may lag, and is written to the log only now and then: after a crash
   * a little is sent again. A run that the quota calls malformed would be malformed for ever: it is
   * halved until what is wrong stands alone, and that is dropped, loudly.
   *
   * A quota that lost its store goes on from what the ledger has stored, which may be less than it
   * was told. Each run says which one it follows; the quota takes none of it where it has forgotten
   * that one, and what is missing is read from the log again.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Settler.class);
  private static final int RUN_MAX = 500;
  private static final int STRETCH_MAX = 5_000;
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofMillis(200);
  private static final Duration LINGER = Duration.ofMillis(5);
  private static final Duration REMEMBER_EVERY = Duration.ofSeconds(1);

  private final SegmentLog log;
  private final QuotaClient quota;
  private final TimeSource time;
  private final Patience patience;
  private final Thread thread = new Thread(this::run, "ingest-settle");
  private final Map<String, Long> applied = new HashMap<>();
  private volatile long settled;
  private long remembered;
  private long rememberedNanos;
  private boolean unremembered;

  /// @param settled the last position that the quota is known to have
  public Settler(SegmentLog log, long settled, QuotaClient quota, TimeSource time) {
    this.log = log;
    this.quota = quota;
    this.time = time;
    this.settled = settled;
    this.remembered = settled;
    this.rememberedNanos = time.nanoTime();
    this.patience = new Patience(time);
  }

  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /// The last position that the quota is known to have.
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
      try (var cursor = log.read(settled + 1)) {
        follow(cursor);
        return;
      } catch (IOException | RuntimeException failure) {
        LOG.error("the log can't be settled; trying again", failure);
        patience.pause(failures);
      }
    }
  }

  private void follow(LogCursor cursor) {
    while (!patience.isOver()) {
      var stretch = read(cursor);
      if (!stretch.hasEvents() && patience.isFinishing()) {
        break;
      }
      if (!apply(stretch)) {
        break;
      }
      settled = Math.max(settled, stretch.through());
      remember(stretch.hasEvents());
    }
    rememberNow();
  }

  private static Settlements read(LogCursor cursor) {
    var stretch = new Settlements();
    var logged = cursor.next(IDLE);
    for (int count = 1; logged.isPresent(); count++) {
      stretch.add(logged.get());
      logged = count < STRETCH_MAX ? cursor.next(LINGER) : java.util.Optional.empty();
    }
    return stretch;
  }

  private boolean apply(Settlements stretch) {
    for (var tenant : stretch.byTenant().entrySet()) {
      for (var run : Lists.partition(tenant.getValue(), RUN_MAX)) {
        if (!apply(tenant.getKey(), run)) {
          return false;
        }
      }
    }
    return true;
  }

  /// Says whether the quota has it: only the end of patience prevents that.
  private boolean apply(String tenant, List<Settlement> run) {
    for (int failures = 1; !patience.isOver(); failures++) {
      try {
        var before = applied.getOrDefault(tenant, 0L);
        var answer = quota.apply(tenant, log.logId(), before, run);
        var position = answer.getAppliedPosition();
        if (position < before) {
          return applyAgain(tenant, position, run.getFirst().getPosition()) && apply(tenant, run);
        }
        applied.put(tenant, position);
        if (answer.getUnknown() > 0) {
          LOG.warn("{} settlements of {} name unknown holds", answer.getUnknown(), tenant);
        }
        return true;
      } catch (StatusRuntimeException failure) {
        if (failure.getStatus().getCode() == Status.Code.INVALID_ARGUMENT) {
          return halve(tenant, run, failure);
        }
        LOG.warn("the quota did not answer, attempt {}: {}", failures, failure.getMessage());
        patience.pause(failures);
      }
    }
    return false;
  }

  /* What the quota has forgotten, up to where it is told the next. */
  private boolean applyAgain(String tenant, long after, long until) {
    LOG.warn("the quota has forgotten what {} settled after {}", tenant, after);
    applied.put(tenant, after);
    try (var cursor = log.read(after + 1)) {
      while (cursor.position() < until) {
        var stretch = new Settlements();
        for (int count = 0; count < STRETCH_MAX && cursor.position() < until; count++) {
          cursor.next(Duration.ZERO).ifPresent(stretch::add);
        }
        for (var run :
            Lists.partition(stretch.byTenant().getOrDefault(tenant, List.of()), RUN_MAX)) {
          if (!apply(tenant, run)) {
            return false;
          }
        }
      }
      return true;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private boolean halve(String tenant, List<Settlement> run, StatusRuntimeException failure) {
    if (run.size() == 1) {
      LOG.error("dropped settlement {} of {}", run.getFirst().getPosition(), tenant, failure);
      return true;
    }
    var half = run.size() / 2;
    return apply(tenant, run.subList(0, half)) && apply(tenant, run.subList(half, run.size()));
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
