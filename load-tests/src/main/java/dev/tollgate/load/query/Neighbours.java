package dev.tollgate.load.query;

import dev.tollgate.load.drive.MeasurementFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What goes on beside a measurement, until it is closed. What fails there fails the measurement.
final class Neighbours implements AutoCloseable {
  /// Does one piece of work.
  interface Work {
    void run() throws Exception;
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> running = new ArrayList<>();
  private volatile boolean open = true;

  /// Does the work over and over, so many times at once.
  Neighbours with(int atOnce, Work work) {
    for (int i = 0; i < atOnce; i++) {
      running.add(
          threads.submit(() -> {
            while (open) {
              work.run();
            }
            return atOnce;
          }));
    }
    return this;
  }

  @Override
  public void close() {
    open = false;
    try {
      for (var each : running) {
        each.get();
      }
    } catch (ExecutionException failed) {
      throw new MeasurementFailed("a neighbour failed: " + failed.getCause(), failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MeasurementFailed("interrupted", interrupted);
    } finally {
      threads.close();
    }
  }
}
