package dev.tollgate.load.drive;

import dev.tollgate.time.TimeSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/// What comes of the operations of one measurement.
public final class Tally {
  private static final long LATENCY_MAX_NANOS = 60_000_000_000L;

  private final TimeSource time;
  private final IntConsumer whenEnded;
  private final LongAdder answers = new LongAdder();
  private final LongAdder denials = new LongAdder();
  private final Recorder latencies = new Recorder(LATENCY_MAX_NANOS, Load.DIGITS);
  private final CompletableFuture<Void> failure = new CompletableFuture<>();

  /// @param whenEnded hears the lane of each operation that is over
  public Tally(TimeSource time, IntConsumer whenEnded) {
    this.time = time;
    this.whenEnded = whenEnded;
  }

  /// A call was answered; an operation may be several calls.
  public void answered() {
    answers.increment();
  }

  public void answered(long count) {
    answers.add(count);
  }

  public void denied() {
    denials.increment();
  }

  /// What is timed of the operation that should have begun then is over.
  public void timed(long intendedNanos) {
    latencies.recordValue(Math.clamp(time.nanoTime() - intendedNanos, 0, LATENCY_MAX_NANOS));
  }

  public void ended(int lane) {
    whenEnded.accept(lane);
  }

  /// One failure fails the measurement.
  public void failed(Throwable thrown) {
    failure.completeExceptionally(thrown);
  }

  public CompletableFuture<Void> failure() {
    return failure;
  }

  public long answers() {
    return answers.sum();
  }

  public long denials() {
    return denials.sum();
  }

  public Histogram latencies() {
    return latencies.getIntervalHistogram();
  }
}
