package dev.tollgate.ingest.reprice;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.ledger.StoredEntry;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Patience;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/// A repricing at work, from its first event to the last. For one thread.
final class RepricingRun {
  /*
   * wait until the ledger has all that the log held → per tenant and slice (some hours, or part of
   * one): read the events' entries, revise them, append what differs to the log, rest as long as that
   * took → wait until the ledger has that too.
   *
   * It remembers nothing. What an earlier run of it appended is in the ledger before this one
   * reads, and an event that says already what it should gets nothing more: so it may be cut off anywhere
   * and begun again. Within a run each event is read once, since slices don't overlap.
   */
  private static final long UNSTORED_MAX = 10_000;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final Duration REST_MAX = Duration.ofSeconds(1);

  private final RepricingJob job;
  private final LedgerAccess ledger;
  private final Function<String, Reviser> revisers;
  private final Function<String, Instant> closedUntil;
  private final TimeSource time;
  private final Patience patience;
  private final BooleanSupplier goesOn;
  private final Tally tally;
  private long appendedThrough;

  /// @param revisers of a tenant; blocks
  /// @param closedUntil of a tenant; blocks
  /// @param goesOn asked often; false ends the run where it is
  RepricingRun(
      RepricingJob job,
      LedgerAccess ledger,
      Function<String, Reviser> revisers,
      Function<String, Instant> closedUntil,
      TimeSource time,
      Patience patience,
      BooleanSupplier goesOn,
      Tally tally) {
    this.job = job;
    this.ledger = ledger;
    this.revisers = revisers;
    this.closedUntil = closedUntil;
    this.time = time;
    this.patience = patience;
    this.goesOn = goesOn;
    this.tally = tally;
  }

  /// Says whether it came to its end.
  ///
  /// @throws Failure QUERY_TOO_LARGE, or a bug; what is only away is waited for
  boolean run() {
    try {
      awaitStored(ledger.log().durablePosition(), goesOn);
      for (var tenant : tenants()) {
        var hours = persistently(() -> ledger.entries().hours(tenant, job.selection()));
        tally.expect(hours.stream().mapToLong(hour -> hour.events()).sum());
      }
      tenants().forEach(this::reprice);
      return true;
    } catch (Failure stop) {
      if (stop.reason() == Reason.STOPPING) {
        return false;
      }
      throw stop;
    }
  }

  /// Waits until the ledger has what was appended; says whether it has. Only the server's stop ends
  /// the waiting: before that nobody else may correct the ledger.
  boolean awaitStored() {
    try {
      awaitStored(appendedThrough, () -> !patience.isFinishing());
      return true;
    } catch (Failure stopping) {
      return false;
    }
  }

  private List<String> tenants() {
    return job.tenant().isEmpty()
        ? persistently(() -> ledger.entries().tenants(job.selection()))
        : List.of(job.tenant());
  }

  private void reprice(String tenant) {
    var hours = persistently(() -> ledger.entries().hours(tenant, job.selection()));
    for (var cut : Cut.of(hours, ledger.sliceEvents())) {
      for (int part = 0; part < cut.parts(); part++) {
        var begun = time.nanoTime();
        reprice(tenant, cut, part);
        rest(Duration.ofNanos(time.nanoTime() - begun));
      }
    }
  }

  private void reprice(String tenant, Cut cut, int part) {
    var closed = persistently(() -> closedUntil.apply(tenant));
    var reviser = persistently(() -> revisers.apply(tenant));
    var slice = cut.slice(job.selection(), part, closed);
    var entries = persistently(() -> ledger.entries().read(tenant, job.selection(), slice));
    var correcting = new Correcting(job.entryName(), job.begin(), closed, time.now());
    var corrections = new ArrayList<Entry>();
    for (var event : byEvent(entries)) {
      var revision = Revision.of(event, reviser, job.entryName());
      tally.read(tenant, revision);
      tally.found((int) event.stream().filter(this::isOwn).count());
      if (revision.needsCorrection() && !job.isDryRun()) {
        corrections.add(correcting.of(tenant, revision));
      }
    }
    if (!corrections.isEmpty()) {
      appendedThrough = persistently(() -> append(corrections));
      tally.appended(corrections.stream().mapToInt(entry -> entry.rows().size()).sum());
      awaitStored(appendedThrough - UNSTORED_MAX, goesOn);
    }
  }

  private boolean isOwn(StoredEntry entry) {
    return entry.repricingId().equals(job.entryName());
  }

  private static List<List<StoredEntry>> byEvent(List<StoredEntry> entries) {
    var events = new ArrayList<List<StoredEntry>>();
    for (var entry : entries) {
      if (events.isEmpty() || !events.getLast().getFirst().isOfSameEventAs(entry)) {
        events.add(new ArrayList<>());
      }
      events.getLast().add(entry);
    }
    return events;
  }

  private long append(List<Entry> entries) {
    try {
      return ledger.log().append(entries).join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof Failure failure) {
        throw failure;
      }
      throw failed;
    }
  }

  /* As long as it worked: usage and questions get at least half of what is there. */
  private void rest(Duration worked) {
    patience.rest(worked.compareTo(REST_MAX) < 0 ? worked : REST_MAX);
    checkGoesOn(goesOn);
  }

  private void awaitStored(long position, BooleanSupplier wanted) {
    while (ledger.storedThrough().getAsLong() < position) {
      checkGoesOn(wanted);
      patience.rest(LOOK_AGAIN);
    }
  }

  /* Only what failed without any effect is tried again: a log that refuses has taken nothing. */
  private <T> T persistently(Supplier<T> attempt) {
    for (int failures = 1; ; failures++) {
      checkGoesOn(goesOn);
      try {
        return attempt.get();
      } catch (Failure failure) {
        switch (failure.reason()) {
          case STORE_UNAVAILABLE, SERVICE_UNAVAILABLE, LOG_FULL -> patience.pause(failures);
          default -> throw failure;
        }
      }
    }
  }

  private static void checkGoesOn(BooleanSupplier wanted) {
    if (!wanted.getAsBoolean()) {
      throw Failure.of(Reason.STOPPING, "the repricing is to end here");
    }
  }
}
