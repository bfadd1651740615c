package dev.tollgate.load.drive;

import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// Makes load: as much as is answered with so many in flight, or as much as is asked for.
public final class Load {
  /// How precise latencies are kept: to so many digits.
  public static final int DIGITS = 3;

  /* To wake up for each call by itself would take a fifth of a core from what is measured. A call
  that begins late by that is late by that in its latency, too. */
  private static final long NAP_NANOS = 250_000;
  private static final Duration DRAIN = Duration.ofSeconds(30);

  /// What one measurement brought.
  ///
  /// @param perSecond calls that were answered
  /// @param latencies nanoseconds, of what the operation times
  public record Measured(double perSecond, long denied, Histogram latencies) {
    public double millis(double percentile) {
      return latencies.getValueAtPercentile(percentile) / 1e6;
    }
  }

  private final TimeSource time;

  public Load(TimeSource time) {
    this.time = time;
  }

  /// Closed: what ends begins anew at once, so that always so many are in flight.
  public Measured saturate(Operation operation, int inFlight, Duration duration) {
    return new Saturation(operation, inFlight).run(duration);
  }

  private final class Saturation {
    private final Operation operation;
    private final AtomicInteger inFlight;
    private final Tally tally = new Tally(time, this::ended);
    private volatile boolean open = true;

    Saturation(Operation operation, int inFlight) {
      this.operation = operation;
      this.inFlight = new AtomicInteger(inFlight);
    }

    private void ended(int lane) {
      if (open) {
        operation.begin(lane, time.nanoTime(), tally);
      } else {
        inFlight.decrementAndGet();
      }
    }

    Measured run(Duration duration) {
      var start = time.nanoTime();
      var lanes = inFlight.get();
      for (int lane = 0; lane < lanes; lane++) {
        operation.begin(lane, time.nanoTime(), tally);
      }
      var end = start + duration.toNanos();
      for (var now = start; now < end; now = time.nanoTime()) {
        check(tally);
        LockSupport.parkNanos(Math.min(end - now, 100_000_000));
      }
      var answers = tally.answers();
      var seconds = (time.nanoTime() - start) / 1e9;
      open = false;
      awaitNone(inFlight, tally);
      return new Measured(answers / seconds, tally.denials(), tally.latencies());
    }
  }

  /* Coordinated omission: who waits for an answer before he asks again does not ask while the
  server is stuck, and never measures how long he would have waited. Here every operation has its
  time by the clock alone, and its latency counts from then, also where it began late. */
  /// Open: so many per second, whatever is answered; at most so many at once.
  public Measured pace(Operation operation, double perSecond, int inFlightMax, Duration duration) {
    var inFlight = new AtomicInteger();
    var tally = new Tally(time, _ -> inFlight.decrementAndGet());
    var start = time.nanoTime();
    var count = Math.max(1, (long) (perSecond * duration.toNanos() / 1e9));
    var gap = 1e9 / perSecond;
    for (long i = 0; i < count; i++) {
      var intended = start + (long) (i * gap);
      for (var early = intended - time.nanoTime(); early > 0; early = intended - time.nanoTime()) {
        LockSupport.parkNanos(NAP_NANOS);
      }
      while (inFlight.get() >= inFlightMax) {
        check(tally);
        LockSupport.parkNanos(NAP_NANOS);
      }
      inFlight.incrementAndGet();
      operation.begin((int) (i & 0xffff), intended, tally);
    }
    awaitNone(inFlight, tally);
    var seconds = (time.nanoTime() - start) / 1e9;
    return new Measured(tally.answers() / seconds, tally.denials(), tally.latencies());
  }

  /// So many, as fast as they are answered: all are due within the first second.
  public Measured repeat(Operation operation, long count, int inFlightMax) {
    return pace(operation, (double) count, inFlightMax, Duration.ofSeconds(1));
  }

  private void awaitNone(AtomicInteger inFlight, Tally tally) {
    var until = time.nanoTime() + DRAIN.toNanos();
    while (inFlight.get() > 0) {
      check(tally);
      if (time.nanoTime() > until) {
        throw new MeasurementFailed(inFlight + " calls were not answered within " + DRAIN);
      }
      LockSupport.parkNanos(NAP_NANOS);
    }
    check(tally);
  }

  private static void check(Tally tally) {
    try {
      tally.failure().getNow(null);
    } catch (CompletionException failed) {
      throw new MeasurementFailed("a call failed: " + failed.getCause(), failed.getCause());
    }
  }
}
