package dev.tollgate.load.check;

import dev.tollgate.load.drive.Load;
import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.load.drive.Operation;
import dev.tollgate.load.drive.Report;
import dev.tollgate.load.site.Site;
import dev.tollgate.load.site.Tenants;
import dev.tollgate.time.TimeSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import org.HdrHistogram.Histogram;

/// The measurements of `bench quota-memory`, one after the other.
final class MemoryBenchmark {
  /* Everything is made by the product's own calls, so that it is as the product makes it. A call has
  four budgets of two units, the last of them for each user: the first call of a user makes two
  counters and leaves, settled, one record. These records are then removed, so that what they take
  is known apart from the counters; then come calls that are never settled. */
  private static final int IN_FLIGHT = 256;
  private static final int PACED_IN_FLIGHT_MAX = 10_000;
  private static final int FEW_USERS = 100;
  private static final int COUNTERS_PER_USER = 2;
  private static final int WARM_UPS = 3;
  private static final int STEPS = 10;
  private static final String TENANT = "users";
  private static final String COUNTERS = "{" + TENANT + "}:b:" + Tenants.USER_BUDGET + "*";
  private static final String RECORDS = "{" + TENANT + "}:r:*";
  private static final String OPEN_HOLDS = "{" + TENANT + "}:x";

  /* Multiplied by it, neighbouring numbers become far apart ones. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /// What checks took, one at a time and at a steady rate.
  private record Latencies(Histogram lone, Histogram paced) {}

  private final QuotaMemoryCommand.Options options;
  private final Site site;
  private final Consumer<String> say;
  private final Load load;
  private final AtomicLong calls = new AtomicLong();
  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final long users;

  MemoryBenchmark(
      QuotaMemoryCommand.Options options, Site site, TimeSource time, Consumer<String> say) {
    this.options = options;
    this.site = site;
    this.say = say;
    this.load = new Load(time);
    this.users = options.counters() / COUNTERS_PER_USER;
  }

  Report run() {
    try (var memory = new Keyspace(site.redis())) {
      var tenancy = site.tenants().createUsers(TENANT, users);
      var few = checks(tenancy, spread(Math.min(FEW_USERS, users)), true);
      say.accept("Warming up ...");
      for (int i = 0; i < WARM_UPS; i++) {
        load.saturate(few, IN_FLIGHT, options.measurement());
        load.saturate(few, 1, options.measurement().dividedBy(2));
      }
      memory.remove(RECORDS);
      var empty = latencies("nearly empty", few);
      memory.remove(RECORDS);

      var bare = memory.steadyBytes();
      makeCounters(tenancy, memory, bare);
      makeHolds(tenancy, memory);
      var full = latencies("full", checks(tenancy, spread(users), true));
      compare(empty, full);
      figures.put("redis", memory.version());
      figures.put("cores", Runtime.getRuntime().availableProcessors());
      return new Report(figures, List.of());
    }
  }

  private Operation checks(Tenants.Tenancy tenancy, LongUnaryOperator user, boolean settled) {
    return new StrictUnary(
        Calls.ofUsers(Tenants.call(), calls, user), List.of(tenancy.connections()), settled);
  }

  private static LongUnaryOperator spread(long users) {
    return number -> Math.floorMod(number * SPREAD, users);
  }

  private void makeCounters(Tenants.Tenancy tenancy, Keyspace memory, long bare) {
    var before = memory.count(COUNTERS);
    make("users' first calls, settled", users, checks(tenancy, number -> number, true));
    var counters = memory.count(COUNTERS);
    expect("counters", counters, users * COUNTERS_PER_USER);
    var records = memory.count(RECORDS);
    expect("records of settled calls", records, users);
    var withRecords = memory.steadyBytes();
    figures.put("counters", counters);
    figures.put("counter_median_bytes", memory.medianBytes(COUNTERS));
    figures.put("settled_record_median_bytes", memory.medianBytes(RECORDS));
    memory.remove(RECORDS);
    var without = memory.steadyBytes();
    figures.put("bytes_per_counter", each(without - bare, counters - before));
    figures.put("bytes_per_settled_record", each(withRecords - without, records));
  }

  private void makeHolds(Tenants.Tenancy tenancy, Keyspace memory) {
    var before = memory.steadyBytes();
    make("open holds", options.holds(), checks(tenancy, spread(users), false));
    var holds = memory.members(OPEN_HOLDS);
    expect("open holds", holds, options.holds());
    var after = memory.steadyBytes();
    figures.put("holds", holds);
    figures.put("hold_record_median_bytes", memory.medianBytes(RECORDS));
    figures.put("bytes_per_hold", each(after - before, holds));
    figures.put("used_megabytes", Math.round(after / 1e6));
  }

  private void make(String what, long count, Operation operation) {
    long made = 0;
    for (int step = 1; step <= STEPS; step++) {
      var due = count * step / STEPS - made;
      if (due > 0) {
        var denied = load.repeat(operation, due, IN_FLIGHT).denied();
        expect("denied calls", denied, 0);
        made += due;
        say.accept("%,12d of %,d %s".formatted(made, count, what));
      }
    }
  }

  private static void expect(String what, long found, long expected) {
    if (found != expected) {
      throw new MeasurementFailed("%s: %d (expected: %d)".formatted(what, found, expected));
    }
  }

  private Latencies latencies(String state, Operation operation) {
    say.accept("Latencies of checks, Redis " + state + " ...");
    load.saturate(operation, 1, options.measurement().dividedBy(10));
    var lone = load.saturate(operation, 1, options.measurement());
    var paced =
        load.pace(operation, options.checksPerSecond(), PACED_IN_FLIGHT_MAX, options.measurement());
    return new Latencies(lone.latencies(), paced.latencies());
  }

  private void compare(Latencies empty, Latencies full) {
    both("lone_p50_us", 50, empty.lone(), full.lone());
    both("lone_p99_us", 99, empty.lone(), full.lone());
    both("paced_p50_us", 50, empty.paced(), full.paced());
    both("paced_p99_us", 99, empty.paced(), full.paced());
    figures.put("paced_checks_per_second", options.checksPerSecond());
    figures.put("lone_ratio", ratio(50, empty.lone(), full.lone()));
    figures.put("paced_ratio", ratio(50, empty.paced(), full.paced()));
  }

  private void both(String name, int percentile, Histogram empty, Histogram full) {
    figures.put(name + "_empty", Math.round(empty.getValueAtPercentile(percentile) / 1e3));
    figures.put(name + "_full", Math.round(full.getValueAtPercentile(percentile) / 1e3));
  }

  private static double ratio(int percentile, Histogram empty, Histogram full) {
    var times =
        full.getValueAtPercentile(percentile) / (double) empty.getValueAtPercentile(percentile);
    return Math.round(times * 1_000) / 1_000.0;
  }

  private static double each(long bytes, long count) {
    return count == 0 ? 0 : Math.round(10.0 * bytes / count) / 10.0;
  }
}
