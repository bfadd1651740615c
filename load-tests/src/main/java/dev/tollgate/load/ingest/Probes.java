package dev.tollgate.load.ingest;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.load.drive.Load;
import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.RecordUsageRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.QueryServiceGrpc;
import dev.tollgate.time.TimeSource;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// How long it takes from an event's ack until `GetCost` counts it: single events are recorded and
/// asked for until they are there.
final class Probes implements AutoCloseable {
  /// Of one probe.
  static final long TOKENS = 1_000;

  private static final int PROBES_AT_ONCE = 2;
  private static final long ASK_EVERY_NANOS = 100_000_000;
  private static final long MAX_NANOS = Duration.ofSeconds(60).toNanos();
  private static final Duration AROUND = Duration.ofHours(1);

  private final Channel ingest;
  private final Channel query;
  private final TimeSource time;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong numbers = new AtomicLong();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ArrayList<Future<Histogram>> probes = new ArrayList<>();

  Probes(Channel ingest, Channel query, TimeSource time) {
    this.ingest = ingest;
    this.query = query;
    this.time = time;
  }

  void start() {
    for (int i = 0; i < PROBES_AT_ONCE; i++) {
      probes.add(threads.submit((Callable<Histogram>) this::run));
    }
  }

  /// Ends the probes; says what they found, in nanoseconds.
  Histogram stop() {
    over.set(true);
    var all = new Histogram(MAX_NANOS, Load.DIGITS);
    try {
      for (var probe : probes) {
        all.add(probe.get());
      }
      return all;
    } catch (ExecutionException failed) {
      throw new MeasurementFailed("a probe failed: " + failed.getCause(), failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MeasurementFailed("interrupted", interrupted);
    }
  }

  private Histogram run() {
    var found = new Histogram(MAX_NANOS, Load.DIGITS);
    while (!over.get()) {
      found.recordValue(probe("probe-" + numbers.incrementAndGet()));
    }
    return found;
  }

  private long probe(String name) {
    var now = time.now();
    var event =
        UsageEvent.newBuilder()
            .setEventId(name + "-" + time.nanoTime())
            .setEventTime(Timestamps.fromMillis(now.toEpochMilli()))
            .setDimensions(
                Dimensions.newBuilder()
                    .setProvider("openai")
                    .setModel("gpt-4o-mini")
                    .setRelease(name))
            .setUsage(Usage.newBuilder().putBuckets("input", TOKENS));
    var answer =
        IngestServiceGrpc.newBlockingStub(ingest)
            .recordUsage(RecordUsageRequest.newBuilder().addEvents(event).build());
    var acked = time.nanoTime();
    if (answer.getResults(0).getStatus() != EventStatus.EVENT_STATUS_ACCEPTED) {
      throw new MeasurementFailed("a probe was not accepted: " + answer);
    }
    var question =
        GetCostRequest.newBuilder()
            .setStartTime(
                Timestamps.fromMillis(now.minus(AROUND).toEpochMilli() / 900_000 * 900_000))
            .setEndTime(Timestamps.fromMillis(now.plus(AROUND).toEpochMilli() / 900_000 * 900_000))
            .addFilters(Filter.newBuilder().setDimension("release").addValues(name))
            .build();
    var stub = QueryServiceGrpc.newBlockingStub(query);
    while (stub.getCost(question).getTotalsList().stream().noneMatch(row -> row.getEvents() > 0)) {
      if (time.nanoTime() - acked > MAX_NANOS) {
        throw new MeasurementFailed(name + " is not counted after a minute");
      }
      LockSupport.parkNanos(ASK_EVERY_NANOS);
    }
    return Math.min(time.nanoTime() - acked, MAX_NANOS);
  }

  @Override
  public void close() {
    over.set(true);
    threads.close();
  }
}
