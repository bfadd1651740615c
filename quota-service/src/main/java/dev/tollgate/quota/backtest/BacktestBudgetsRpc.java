package dev.tollgate.quota.backtest;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.budget.v1.BacktestBudgetsRequest;
import dev.tollgate.proto.budget.v1.BacktestBudgetsResponse;
import dev.tollgate.proto.budget.v1.BacktestProgress;
import dev.tollgate.quota.budget.Backtests;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.learn.Costs;
import dev.tollgate.quota.learn.UsualThen;
import dev.tollgate.time.TimeSource;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// `BacktestBudgets` on the wire. Blocks until the report is sent or the caller is gone.
public final class BacktestBudgetsRpc implements Backtests {
  private static final int AT_ONCE_MAX = 2;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(30);
  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);

  private final Function<String, Policy> policies;
  private final History history;
  private final Costs costs;
  private final PriceBooks books;
  private final Tokens tokens;
  private final TimeSource time;
  private final Semaphore room = new Semaphore(AT_ONCE_MAX);

  BacktestBudgetsRpc(
      Function<String, Policy> policies,
      History history,
      Costs costs,
      PriceBooks books,
      Tokens tokens,
      TimeSource time) {
    this.policies = policies;
    this.history = history;
    this.costs = costs;
    this.books = books;
    this.tokens = tokens;
    this.time = time;
  }

  /// Replays what is in ClickHouse.
  ///
  /// @param policies by tenant
  public static BacktestBudgetsRpc of(
      Function<String, Policy> policies,
      ClickHouseHistory history,
      Costs costs,
      PriceBooks books,
      Tokens tokens,
      TimeSource time) {
    return new BacktestBudgetsRpc(policies, history, costs, books, tokens, time);
  }

  @Override
  public void run(
      BacktestBudgetsRequest request, ServerCallStreamObserver<BacktestBudgetsResponse> observer) {
    // With it, what is sent to a caller that is gone is dropped.
    observer.setOnCancelHandler(() -> {});
    var caller = Caller.current();
    var policy = policies.apply(caller.tenant());
    var backtest = BacktestForm.parse(request, caller, policy, time.now());
    var _ = books.newest(caller.tenant());
    if (!room.tryAcquire()) {
      throw Failure.retryable(
          Reason.LIMIT_REACHED,
          AT_ONCE_MAX + " backtests are under way here, the most there can be at a time",
          RETRY_AFTER);
    }
    try {
      var usual = new UsualThen(costs, backtest.policy());
      var replay =
          new Replay(backtest, history, books, usual, tokens, new Reporting(observer)::goesOn);
      replay
          .run()
          .ifPresent(findings -> {
            observer.onNext(
                BacktestBudgetsResponse.newBuilder()
                    .setReport(BacktestForm.print(findings))
                    .build());
            observer.onCompleted();
          });
    } finally {
      room.release();
    }
  }

  /// Tells the caller how far it is, at once and then every second.
  private final class Reporting {
    private final ServerCallStreamObserver<BacktestBudgetsResponse> observer;
    private final Context call = Context.current();
    private long nextNanos = time.nanoTime();

    Reporting(ServerCallStreamObserver<BacktestBudgetsResponse> observer) {
      this.observer = observer;
    }

    /* The observer hears of a cancellation only when this thread is done; the context at once. */
    boolean goesOn(long replayed, long total) {
      if (call.isCancelled()) {
        return false;
      }
      var now = time.nanoTime();
      if (now - nextNanos >= 0) {
        nextNanos = now + PROGRESS_EVERY.toNanos();
        var progress = BacktestProgress.newBuilder().setEvents(replayed).setEventsTotal(total);
        observer.onNext(BacktestBudgetsResponse.newBuilder().setProgress(progress).build());
      }
      return true;
    }
  }
}
