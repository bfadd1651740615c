package dev.tollgate.load.query;

import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.load.site.Site;
import dev.tollgate.load.site.SiteOptions;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Measures how long answers of query-service take and prints it as a table and as JSON.
@Command(
    name = "query",
    description = {
      "The latency of query-service's answers about a month, for a large tenant (17 %% of the events)"
          + " and a small one: alone, with eight readers of the large tenant, with rows being"
          + " written, and with both. Beside it the bare statements: on the rollup that has it (the"
          + " ceiling) and on the events. Ranges are drawn at random; answers are not kept. At the end"
          + " spikes are planted, and timed until a webhook has their alert.",
      "",
      "query-service runs in a process of its own, on a ClickHouse of this command's own. It fails with"
          + " code 1 where an answer is not what the statements say, or a goal is missed: an answer in"
          + " at most 1.3 times the bare statement and 2 ms; a month's attribution 8 times as fast"
          + " as from the events; the small tenant's p99 with all neighbours at most 300 ms and 3"
          + " times that alone; an alert within 60 s in 99 of 100 cases. The last line of output is one JSON object."
    },
    mixinStandardHelpOptions = true)
public final class QueryCommand implements Callable<Integer> {
  private final TimeSource time;
  private final RandomGenerator random;
  private final Map<String, String> environment;
  private final Path root;

  @Mixin SiteOptions started = new SiteOptions();

  @Option(
      names = "--events",
      defaultValue = "20000000",
      description = "In the ledger (default: ${DEFAULT-VALUE}).")
  long events = 20_000_000;

  @Option(
      names = "--tenants",
      defaultValue = "50",
      description = "Who share them, 2 or more (default: ${DEFAULT-VALUE}).")
  int tenants = 50;

  @Option(
      names = "--seconds",
      defaultValue = "3",
      description =
          "How long each question is asked in each situation (default: ${DEFAULT-VALUE}).")
  double seconds = 3;

  @Option(
      names = "--rate",
      defaultValue = "20000",
      description = "Rows per second, where they are written (default: ${DEFAULT-VALUE}).")
  int rate = 20_000;

  @Option(
      names = "--spike-seconds",
      defaultValue = "60",
      description = "How long spikes are planted (default: ${DEFAULT-VALUE}).")
  double spikeSeconds = 60;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of the ranges that are asked for (default: ${DEFAULT-VALUE}).")
  long seed = 1;

  public QueryCommand(
      TimeSource time, RandomGenerator random, Map<String, String> environment, Path root) {
    this.time = time;
    this.random = random;
    this.environment = environment;
    this.root = root;
  }

  @Override
  public Integer call() throws Exception {
    started.expect(
        events >= 1_000 && rate > 0 && seconds > 0 && spikeSeconds > 0,
        "--events: 1000 or more; others above 0");
    started.expect(tenants >= 2, "--tenants: 2 or more");
    var options =
        new QueryBenchmark.Options(
            events, tenants, duration(seconds), rate, duration(spikeSeconds), seed);
    try (var site = Site.open(started.site(), List.of(), time, random, environment, root)) {
      return started.print(new QueryBenchmark(options, site, time, started::say).run());
    } catch (MeasurementFailed failed) {
      return started.print(failed);
    }
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
