package dev.tollgate.load.query;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.load.drive.Report;
import dev.tollgate.load.site.Connections;
import dev.tollgate.load.site.Site;
import dev.tollgate.time.TimeSource;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// One run: seeds, checks that all ways of asking agree, and measures them alone and with
/// neighbours.
final class QueryBenchmark {
  private static final int DIGITS = 3;
  private static final int CALLS_MIN = 3;
  private static final int READERS = 8;
  private static final Duration COME_BACK = Duration.ofSeconds(1);
  private static final Duration MERGED_WITHIN = Duration.ofSeconds(60);
  private static final List<String> ROLLUPS = List.of("usage_rollup", "latency_hourly", "ref_cost");

  /// What was asked for.
  ///
  /// @param each how long each question is asked in each situation
  /// @param rowsPerSecond how fast is written where it is
  /// @param spikes how long spikes are planted
  record Options(
      long events, int tenants, Duration each, int rowsPerSecond, Duration spikes, long seed) {}

  /// What goes on beside a question.
  enum Beside {
    NOTHING,
    READERS,
    WRITES,
    BOTH;

    boolean reads() {
      return this == READERS || this == BOTH;
    }

    boolean writes() {
      return this == WRITES || this == BOTH;
    }
  }

  private final Options options;
  private final Site site;
  private final TimeSource time;
  private final Consumer<String> say;
  private final Random random;
  private final Range month;
  private final List<Question> questions;
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong putOff = new AtomicLong();
  private final Latencies latencies = new Latencies();

  QueryBenchmark(Options options, Site site, TimeSource time, Consumer<String> say) {
    this.options = options;
    this.site = site;
    this.time = time;
    this.say = say;
    this.random = new Random(options.seed());
    this.month = Seed.month(time.now());
    this.questions = Question.all(month);
  }

  /// How long what took, by what it was.
  static final class Latencies {
    private final Map<String, Histogram> all = new LinkedHashMap<>();

    synchronized Histogram of(String question, String way, Beside beside) {
      return all.computeIfAbsent(
          question + " " + way + " " + beside, name -> new ConcurrentHistogram(DIGITS));
    }

    double millis(String question, String way, Beside beside, double percentile) {
      return of(question, way, beside).getValueAtPercentile(percentile) / 1e6;
    }
  }

  Report run() throws IOException {
    var clickHouse = site.database();
    var ingest = site.startIngest("query", site.quotaTarget(), site.clickHouseUrl(), Map.of());
    ingest.close();
    var seed = new Seed(clickHouse, options.tenants(), month);
    seed.fill(options.events(), say);
    var spikes = new Spikes(clickHouse, site.operatorKey(), time, random);
    spikes.history();
    awaitMerges(clickHouse);
    var figures = figures(clickHouse);
    var query = site.connect(site.startQuery().port(0));
    var large = asking(clickHouse, query, Seed.LARGE);
    var small = asking(clickHouse, query, Seed.SMALL);
    for (var question : questions) {
      for (var asking : List.of(large, small)) {
        asking.check(question);
        during(options.each(), () -> asking.rpc(question, asking.range(question)));
      }
    }
    for (var beside : Beside.values()) {
      measure(beside, large, small, seed);
    }
    try (var neighbours = new Neighbours()) {
      say.accept("spikes, beside WRITES");
      neighbours.with(1, () -> write(seed));
      latencies.of(Spikes.NAME, "alert", Beside.WRITES).add(spikes.plant(query, options.spikes()));
    }
    figures.put("rows_written", written.get());
    figures.put("reader_calls_put_off", putOff.get());
    return new Findings(options, questions, latencies, figures).report();
  }

  private Asking asking(ClickHouse clickHouse, Connections query, String tenant) {
    var tenancy = site.tenants().create(tenant, BudgetQuestion.budgets(month));
    var asking =
        new Asking(clickHouse, query.as(tenancy.key(), "").getFirst(), tenant, month, random);
    var first = questions.getFirst();
    site.tenants().until(tenant + " can't ask", () -> asking.rpc(first, asking.range(first)));
    return asking;
  }

  private void measure(Beside beside, Asking large, Asking small, Seed seed) {
    say.accept("beside " + beside);
    try (var neighbours = new Neighbours()) {
      if (beside.reads()) {
        neighbours.with(
            READERS,
            () -> {
              var question = questions.get(random.nextInt(questions.size()));
              patiently(() ->
                  timed(
                      question, "large", beside, () -> large.rpc(question, large.range(question))));
            });
      }
      if (beside.writes()) {
        neighbours.with(1, () -> write(seed));
      }
      for (var question : questions) {
        if (!beside.reads()) {
          ask(question, large, "large", beside);
        }
        ask(question, small, "small", beside);
      }
    }
  }

  /* Who is told to come back later does so. */
  private void patiently(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException refused) {
      if (refused.getStatus().getCode() != Status.Code.RESOURCE_EXHAUSTED) {
        throw refused;
      }
      putOff.incrementAndGet();
      LockSupport.parkNanos(COME_BACK.toNanos());
    }
  }

  private void ask(Question question, Asking asking, String who, Beside beside) {
    during(
        options.each(),
        () -> {
          var range = asking.range(question);
          timed(question, who, beside, () -> asking.rpc(question, range));
          if (beside == Beside.NOTHING) {
            if (!question.rollup().isEmpty()) {
              timed(question, who + "_rollup", beside, () -> asking.sql(question.rollup(), range));
            }
            timed(question, who + "_raw", beside, () -> asking.sql(question.raw(), range));
          }
        });
    say.accept(
        "%-20s %-5s p50 %8.1f ms  p99 %8.1f ms"
            .formatted(
                question.name(),
                who,
                latencies.millis(question.name(), who, beside, 50),
                latencies.millis(question.name(), who, beside, 99)));
  }

  private void during(Duration length, Runnable call) {
    var end = time.nanoTime() + length.toNanos();
    for (int calls = 0; calls < CALLS_MIN || time.nanoTime() < end; calls++) {
      call.run();
    }
  }

  private void timed(Question question, String way, Beside beside, Runnable call) {
    var begin = time.nanoTime();
    call.run();
    latencies.of(question.name(), way, beside).recordValue(time.nanoTime() - begin);
  }

  /* A second's rows, and the rest of the second. */
  private void write(Seed seed) {
    var begin = time.nanoTime();
    seed.second(written.get(), options.rowsPerSecond(), time.now());
    written.addAndGet(options.rowsPerSecond());
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) - (time.nanoTime() - begin));
  }

  private Map<String, Object> figures(ClickHouse clickHouse) {
    var figures = new LinkedHashMap<String, Object>();
    figures.put("events", options.events());
    figures.put("large_events", count(clickHouse, "usage_events", Seed.LARGE));
    figures.put("small_events", count(clickHouse, "usage_events", Seed.SMALL));
    figures.put("large_rollup_rows", count(clickHouse, "usage_rollup", Seed.LARGE));
    figures.put("seed", options.seed());
    figures.put("cores", Runtime.getRuntime().availableProcessors());
    return figures;
  }

  private static long count(ClickHouse clickHouse, String table, String tenant) {
    return clickHouse
        .query(
            "SELECT count() AS rows FROM " + table + " WHERE tenant_id = {tenant:String}",
            Map.of("tenant", tenant),
            row -> row.integer("rows"))
        .getFirst();
  }

  /* Weeks of rollups become one part an hour after their last entry; nobody waits for that here. */
  private void awaitMerges(ClickHouse clickHouse) {
    say.accept("waiting for merges");
    ROLLUPS.forEach(rollup -> clickHouse.define("OPTIMIZE TABLE " + rollup + " FINAL"));
    var end = time.nanoTime() + MERGED_WITHIN.toNanos();
    while (merges(clickHouse) > 0 && time.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
  }

  private static long merges(ClickHouse clickHouse) {
    return clickHouse
        .query(
            "SELECT count() AS merges FROM system.merges", Map.of(), row -> row.integer("merges"))
        .getFirst();
  }
}
