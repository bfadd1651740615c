package dev.tollgate.cli;

import dev.tollgate.cli.demo.Tally;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Says every few seconds how far a replay is.
final class Progress implements AutoCloseable {
  private static final int SECONDS = 2;

  private final ScheduledExecutorService timer;

  private Progress(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  static Progress of(Tally tally, int calls, PrintWriter out) {
    var timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("progress").factory());
    var _ =
        timer.scheduleAtFixedRate(
            () -> {
              out.printf(Locale.ROOT, "  %,d of %,d calls%n", tally.calls(), calls);
              out.flush();
            },
            SECONDS,
            SECONDS,
            TimeUnit.SECONDS);
    return new Progress(timer);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
