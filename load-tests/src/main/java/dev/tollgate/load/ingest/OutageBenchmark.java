package dev.tollgate.load.ingest;

import dev.tollgate.load.drive.Load;
import dev.tollgate.load.drive.Report;
import dev.tollgate.load.site.Barrier;
import dev.tollgate.load.site.Site;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The measurements of `bench outage`: before, while and after ClickHouse is away.
final class OutageBenchmark {
  private static final int IN_FLIGHT_MAX = 10_000;
  private static final double MIB = 1 << 20;

  private final OutageCommand.Options options;
  private final Site site;
  private final TimeSource time;
  private final RandomGenerator random;
  private final Consumer<String> say;
  private final Load load;
  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private long events;
  private long tokens;

  OutageBenchmark(
      OutageCommand.Options options,
      Site site,
      TimeSource time,
      RandomGenerator random,
      Consumer<String> say) {
    this.options = options;
    this.site = site;
    this.time = time;
    this.random = random;
    this.say = say;
    this.load = new Load(time);
  }

  Report run() throws IOException {
    try (var barrier = Barrier.before(site.clickHouseUrl());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tenancies = Traffic.TENANTS.stream().map(site.tenants()::create).toList();
      var place = Place.open(site, "log", tenancies, site.quotaTarget(), barrier.url(), time);
      var stored = new Stored(site.database(), time);
      var _ = pace(place, options.beside());
      var before = acks("before", place, options.beside());
      barrier.shut();
      var during = acks("during", place, options.outage());
      var waiting = place.unstored();
      barrier.open();
      var drained =
          CompletableFuture.supplyAsync(
              () -> {
                var begin = time.nanoTime();
                Stored.until(time, "the log to drain", () -> place.unstored() < options.rate());
                return (time.nanoTime() - begin) / 1e9;
              },
              threads);
      var _ = acks("after", place, options.beside());
      figures.put("unstored_at_return", waiting);
      figures.put("drain_seconds", rounded(drained.join()));
      place.awaitSettled(tokens);
      stored.awaitRows(events);
      stored.verify(events);
      Stored.until(time, "nothing to be unstored", () -> place.unstored() == 0);
      figures.put("unstored_at_end", place.unstored());
      figures.put("events", events);
      figures.put("slower", rounded(during / before));
      figures.put("heap_mib_end", rounded(place.process().heapBytes() / MIB));
      figures.put("cores", Runtime.getRuntime().availableProcessors());
      if (during > options.slowerMax() * before) {
        problems.add(
            "p99 was %.1f ms without ClickHouse (expected: at most %.0f times the %.1f ms before)"
                .formatted(during, options.slowerMax(), before));
      }
      return new Report(figures, problems);
    }
  }

  /* The 99th percentile, in milliseconds. */
  private double acks(String when, Place place, Duration duration) {
    var measured = pace(place, duration);
    say.accept(
        "%-7s %8.0f events/s  p50 %7.3f ms  p99 %7.3f ms  max %8.3f ms  %d not stored"
            .formatted(
                when,
                measured.perSecond(),
                measured.millis(50),
                measured.millis(99),
                measured.millis(100),
                place.unstored()));
    figures.put("p50_ack_ms_" + when, rounded(measured.millis(50)));
    figures.put("p99_ack_ms_" + when, rounded(measured.millis(99)));
    return measured.millis(99);
  }

  private Load.Measured pace(Place place, Duration duration) {
    var traffic = new Traffic(random, time.now(), options.rate());
    var perSecond = (double) options.rate() / options.each();
    try (var streams =
        new UsageStreams(
            () -> {
              var message = Message.next(traffic, options.each());
              events += message.events();
              tokens += message.tokens();
              return message;
            },
            place.connections())) {
      return load.pace(streams, perSecond, IN_FLIGHT_MAX, duration);
    }
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
