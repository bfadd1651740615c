package dev.tollgate.ingest.reprice;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.attribute.RuleOrder;
import dev.tollgate.ingest.log.Patience;
import dev.tollgate.proto.ingest.v1.Repricing;
import dev.tollgate.proto.ingest.v1.RepricingMode;
import dev.tollgate.proto.ingest.v1.RepricingState;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs this server's repricings, one after the other, on a thread of its own.
final class RepricingRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RepricingRunner.class);
  private static final Duration POLL = Duration.ofSeconds(2);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(10);
  private static final String ACTOR = "ingest";

  /// What a repricing at work has found by now.
  private record Current(String tenant, String id, Tally tally) {}

  private final StoredRepricings stored;
  private final ClosedPeriods closed;
  private final Turn turn;
  private final LedgerAccess ledger;
  private final Function<String, Optional<PriceStack>> books;
  private final Function<String, RuleOrder> rules;
  private final RepricingMeters meters;
  private final TimeSource time;
  private final Patience patience;
  private final Semaphore wanted = new Semaphore(0);
  private final Thread thread = new Thread(this::loop, "ingest-reprice");
  private volatile @Nullable Current current;

  /// The size of the table when there was nothing to do for this server.
  private long sizeSeen = -1;

  RepricingRunner(
      StoredRepricings stored,
      ClosedPeriods closed,
      Turn turn,
      LedgerAccess ledger,
      Function<String, Optional<PriceStack>> books,
      Function<String, RuleOrder> rules,
      RepricingMeters meters,
      TimeSource time) {
    this.stored = stored;
    this.closed = closed;
    this.turn = turn;
    this.ledger = ledger;
    this.books = books;
    this.rules = rules;
    this.meters = meters;
    this.time = time;
    this.patience = new Patience(time);
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /// Something was asked for: look at once.
  void wake() {
    wanted.release();
  }

  /// What the repricing that is at work here has found by now; empty for every other.
  Optional<Tally> tally(String tenant, String id) {
    var now = current;
    return now != null && now.tenant.equals(tenant) && now.id.equals(id)
        ? Optional.of(now.tally)
        : Optional.empty();
  }

  /// Leaves what runs where it is; it goes on when the server is started again.
  @Override
  public void close() {
    patience.finishWithin(Duration.ZERO);
    wake();
    try {
      thread.join(STOP_WITHIN);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    for (int failures = 0; !patience.isFinishing(); ) {
      try {
        if (!runNext()) {
          sleep();
        }
        failures = 0;
      } catch (Failure away) {
        LOG.warn("repricings can't be looked after: {}", away.getMessage());
        patience.pause(++failures);
      } catch (RuntimeException failure) {
        LOG.error("repricings can't be looked after; trying again", failure);
        patience.pause(++failures);
      }
    }
  }

  /// Says whether there may be more to do at once.
  private boolean runNext() {
    var size = stored.size();
    if (size == sizeSeen) {
      return false;
    }
    var open = stored.open(ledger.log().logId());
    if (open.isEmpty()) {
      turn.release();
      sizeSeen = size;
      return false;
    }
    var next = open.stream().filter(held -> mayRun(held.repricing())).findFirst();
    next.ifPresent(held -> execute(held.tenant(), held.repricing()));
    return next.isPresent();
  }

  private void sleep() {
    try {
      var _ = wanted.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS);
      wanted.drainPermits();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean mayRun(Repricing repricing) {
    return (isByRules(repricing) || books.apply("").isPresent())
        && (repricing.getDryRun() || turn.take());
  }

  private static boolean isByRules(Repricing repricing) {
    return repricing.getMode() == RepricingMode.REPRICING_MODE_ATTRIBUTION;
  }

  private void execute(String tenant, Repricing asked) {
    var pinned = new PinnedBooks(books);
    var begun =
        stored.update(tenant, asked.getRepricingId(), ACTOR, it -> begun(it, tenant, pinned));
    if (!StoredRepricings.isOpen(begun)) {
      return;
    }
    var job = RepricingJob.of(tenant, begun);
    var tally = new Tally(meters);
    current = new Current(tenant, job.id(), tally);
    try {
      var checkpoint = new Checkpoint(stored, tenant, job.id(), tally, time);
      var run =
          new RepricingRun(
              job,
              ledger,
              isByRules(begun) ? Attributing.pinned(rules) : name -> new Rating(pinned.of(name)),
              closed::closedUntil,
              time,
              patience,
              () -> !patience.isFinishing() && checkpoint.goesOn(),
              tally);
      var by = isByRules(begun) ? "attribution rules" : begun.getPriceBook();
      LOG.info("repricing {} of {} by {}", job.id(), shown(tenant), by);
      var end = outcome(run, checkpoint);
      if (run.awaitStored() && end.isPresent()) {
        finish(job, tally, end.get());
      }
    } finally {
      current = null;
    }
  }

  private Repricing begun(Repricing it, String tenant, PinnedBooks pinned) {
    if (!StoredRepricings.isOpen(it)) {
      return it;
    }
    var begun = it.toBuilder().setState(RepricingState.REPRICING_STATE_RUNNING);
    if (!isByRules(it)) {
      begun.setPriceBook(pinned.of(tenant).ref()).setEngineVersion(PriceStack.ENGINE_VERSION);
    }
    return it.hasBeginTime()
        ? begun.build()
        : begun.setBeginTime(Times.timestamp(time.now())).build();
  }

  /// How it ended; empty where the server stops before that.
  private Optional<Repricing> outcome(RepricingRun run, Checkpoint checkpoint) {
    var end = Repricing.newBuilder();
    try {
      if (run.run()) {
        end.setState(RepricingState.REPRICING_STATE_DONE);
      } else if (checkpoint.isCancelled()) {
        end.setState(RepricingState.REPRICING_STATE_CANCELLED);
      } else {
        return Optional.empty();
      }
    } catch (Failure failure) {
      end.setState(RepricingState.REPRICING_STATE_FAILED).setFailureReason(failure.reason().name());
    } catch (RuntimeException bug) {
      LOG.error("a repricing failed", bug);
      end.setState(RepricingState.REPRICING_STATE_FAILED).setFailureReason(Reason.BUG.name());
    }
    return Optional.of(end.build());
  }

  private void finish(RepricingJob job, Tally tally, Repricing end) {
    var finished = Times.timestamp(time.now());
    stored.keepChanges(job.tenant(), job.id(), tally, ACTOR);
    var ended =
        stored.update(
            job.tenant(),
            job.id(),
            ACTOR,
            it ->
                it.toBuilder()
                    .setState(end.getState())
                    .setFailureReason(end.getFailureReason())
                    .setFinishTime(finished)
                    .setProgress(tally.progress())
                    .clearTotalDeltas()
                    .addAllTotalDeltas(tally.totals())
                    .build());
    if (!job.isDryRun()) {
      turn.release();
    }
    LOG.info(
        "repricing {} of {}: {}, {} of {} events repriced, {} reattributed, {} rows",
        job.id(),
        shown(job.tenant()),
        ended.getState(),
        ended.getProgress().getEventsRepriced(),
        ended.getProgress().getEventsRead(),
        ended.getProgress().getEventsReattributed(),
        ended.getProgress().getRowsAppended());
  }

  private static String shown(String tenant) {
    return tenant.isEmpty() ? "all tenants" : tenant;
  }
}
