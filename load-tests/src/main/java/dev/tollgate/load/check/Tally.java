package dev.tollgate.load.check;

import dev.tollgate.time.TimeSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/// What comes of the operations of one measurement.
final class Tally {
  private static final long LATENCY_MAX_NANOS = 60_000_000_000L;
  private static final int DIGITS = 3;

  private final TimeSource time;
  private final IntConsumer whenEnded;
  private final LongAdder answers = new LongAdder();
  private final LongAdder denials = new LongAdder();
  private final Recorder latencies = new Recorder(LATENCY_MAX_NANOS, DIGITS);
  private final CompletableFuture<Void> failure = new CompletableFuture<>();

  /// @param whenEnded hears the lane of each operation that is over
  Tally(TimeSource time, IntConsumer whenEnded) {
    this.time = time;
    this.whenEnded = whenEnded;
  }

  /// A call was answered; an operation may be several calls.
  void answered() {
    answers.increment();
  }

  void answered(long count) {
    answers.add(count);
  }

  void denied() {
    denials.increment();
  }

  /// What is timed of the operation that should have begun then is over.
  void timed(long intendedNanos) {
    latencies.recordValue(Math.clamp(time.nanoTime() - intendedNanos, 0, LATENCY_MAX_NANOS));
  }

  void ended(int lane) {
    whenEnded.accept(lane);
  }

  /// One failure fails the measurement.
  void failed(Throwable thrown) {
    failure.completeExceptionally(thrown);
  }

  CompletableFuture<Void> failure() {
    return failure;
  }

  long answers() {
    return answers.sum();
  }

  long denials() {
    return denials.sum();
  }

  Histogram latencies() {
    return latencies.getIntervalHistogram();
  }
}
