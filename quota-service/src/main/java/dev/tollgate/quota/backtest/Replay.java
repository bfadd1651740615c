package dev.tollgate.quota.backtest;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.quota.backtest.History.Hour;
import dev.tollgate.quota.backtest.History.Place;
import dev.tollgate.quota.budget.Priority;
import dev.tollgate.quota.budget.Usual;
import dev.tollgate.quota.check.Bases;
import dev.tollgate.quota.check.Check;
import dev.tollgate.quota.check.Checks;
import dev.tollgate.quota.check.Denials;
import dev.tollgate.quota.hold.Subject;
import dev.tollgate.quota.hold.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Calls of the past, decided again one by one, each as if it were made when it was. Blocks; not
/// safe for concurrent use.
final class Replay {
  /// Is told how far it is.
  @FunctionalInterface
  interface Watcher {
    /// Whether it is to go on.
    boolean goesOn(long replayed, long total);
  }

  static final long CALLS_MAX = 50_000_000;

  private static final int PAGE = 50_000;
  private static final int TURN = 256;
  private static final int COUNTERS_MAX = 2_000_000;
  private static final int HITS_MAX = 100_000;

  /* As of a check that says nothing. */
  private static final Duration HOLD = Duration.ofMinutes(10);

  /* What a check of the call would have failed with. */
  private static final Set<Reason> UNDECIDED =
      EnumSet.of(
          Reason.MODEL_UNKNOWN,
          Reason.BUCKET_UNPRICED,
          Reason.AMOUNT_UNREPRESENTABLE,
          Reason.CURRENCY_MISMATCH,
          Reason.LIMIT_REACHED);

  private final Backtest backtest;
  private final History history;
  private final Watcher watcher;
  private final ReplayHolds holds = new ReplayHolds(COUNTERS_MAX);
  private final Findings findings = new Findings(HITS_MAX);
  private final Checks checks;
  private long replayed;

  Replay(
      Backtest backtest,
      History history,
      PriceBooks books,
      Usual usual,
      Tokens tokens,
      Watcher watcher) {
    this.backtest = backtest;
    this.history = history;
    this.watcher = watcher;
    var policy = backtest.policy();
    var bases =
        new Bases(
            tenant -> policy,
            (tenant, version) -> CompletableFuture.completedFuture(policy),
            books,
            usual);
    this.checks =
        new Checks(
            bases,
            holds,
            (tenant, version) -> CompletableFuture.completedFuture(version),
            tokens,
            Denials.OFF);
  }

  /// What it found; empty where it was not to go on.
  ///
  /// @throws Failure QUERY_TOO_LARGE; and those of the history
  Optional<Findings> run() {
    var question = backtest.question();
    var hours = history.hours(question);
    var total = hours.stream().mapToLong(Hour::calls).sum();
    if (total > CALLS_MAX) {
      throw Failure.of(
          Reason.QUERY_TOO_LARGE,
          "%d calls since %s, when the first of the windows begins (expected: at most %d)"
              .formatted(total, question.since(), CALLS_MAX));
    }
    var goesOn = watcher.goesOn(0, total);
    var starts = starts(question.since(), hours);
    for (int i = 0; i < starts.size() && goesOn; i++) {
      var until = i + 1 < starts.size() ? starts.get(i + 1) : question.until();
      goesOn = run(question, new Place(starts.get(i), ""), until, total);
    }
    return goesOn ? Optional.of(findings) : Optional.empty();
  }

  /* Where the stretches begin that are read at once: of about a page each, since the ledger is not
  in this order and is looked through anew for each page. */
  private static List<Instant> starts(Instant since, List<Hour> hours) {
    var starts = new ArrayList<Instant>();
    var calls = 0L;
    for (var hour : hours) {
      if (starts.isEmpty() || calls + hour.calls() > PAGE) {
        starts.add(hour.start().isBefore(since) ? since : hour.start());
        calls = 0;
      }
      calls += hour.calls();
    }
    return starts;
  }

  /* It computes for long, and nobody takes a virtual thread away from whoever has it. */
  @SuppressWarnings("ThreadPriorityCheck")
  private boolean run(History.Question question, Place first, Instant until, long total) {
    var place = first;
    while (true) {
      var page = history.page(question, place, until, PAGE);
      for (var call : page) {
        replay(call);
        if (++replayed % TURN == 0) {
          Thread.yield();
          if (!watcher.goesOn(replayed, total)) {
            return false;
          }
        }
      }
      if (page.size() < PAGE) {
        return watcher.goesOn(replayed, total);
      }
      place = new Place(page.getLast().checkTime(), page.getLast().eventId());
    }
  }

  private void replay(PastCall call) {
    holds.turnTo(call);
    if (!backtest.decides(call)) {
      holds.count(backtest.counting(call));
      return;
    }
    try {
      findings.addDecided(call, checks.decide(check(call)).join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof Failure failure) {
        undecided(call, failure);
      } else {
        throw e;
      }
    } catch (Failure failure) {
      undecided(call, failure);
    }
  }

  /* It was made, and counts as what the ledger knows; unless it would make one group too many. */
  private void undecided(PastCall call, Failure failure) {
    if (!UNDECIDED.contains(failure.reason())) {
      throw failure;
    }
    findings.addUndecided();
    if (failure.reason() != Reason.LIMIT_REACHED) {
      holds.count(backtest.counting(call));
    }
  }

  private Check check(PastCall call) {
    var dimensions = call.dimensions();
    return new Check(
        backtest.tenant(),
        call.eventId(),
        dimensions,
        new Subject(
            dimensions.getProvider(),
            dimensions.getModel(),
            call.serviceTier(),
            dimensions.getRegion()),
        Priority.STANDARD,
        call.spend().inputTokens(),
        call.askedOutputTokens(),
        0,
        HOLD,
        "replay");
  }
}
