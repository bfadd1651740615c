package dev.tollgate.cli;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Says every few seconds how far something is.
final class Progress implements AutoCloseable {
  private static final int SECONDS = 2;

  private final ScheduledExecutorService timer;

  private Progress(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /// @param standing the line to print, asked for from another thread
  static Progress of(Supplier<String> standing, PrintWriter out) {
    var timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("progress").factory());
    var _ =
        timer.scheduleAtFixedRate(
            () -> {
              out.println(standing.get());
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
