package dev.tollgate.load.ingest;

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

/// Takes ClickHouse away under load and prints what that did as a table and as JSON.
@Command(
    name = "outage",
    description = {
      "Usage at a steady rate before, while and after ClickHouse can't be reached: the latency of"
          + " durable acks, counted from when a message should have been sent; how long it took from"
          + " ClickHouse's return until it had everything, while as much went on coming.",
      "",
      "ingest-service runs in a process of its own, with a quota-service, a Redis and a ClickHouse of"
          + " this command's own. It fails with code 1 where the 99th percentile was more than three"
          + " times the one before, or the ledger, a rollup, a budget or the gauge of what is not"
          + " stored yet is not exact in the end. The last line of output is one JSON object."
    },
    mixinStandardHelpOptions = true)
public final class OutageCommand implements Callable<Integer> {
  private final TimeSource time;
  private final RandomGenerator random;
  private final Map<String, String> environment;
  private final Path root;

  @Mixin SiteOptions started = new SiteOptions();

  @Option(
      names = "--minutes",
      defaultValue = "10",
      description = "Without ClickHouse (default: ${DEFAULT-VALUE}).")
  double minutes = 10;

  @Option(
      names = "--rate",
      defaultValue = "5000",
      description = "Events per second (default: ${DEFAULT-VALUE}).")
  int rate = 5_000;

  @Option(
      names = "--message-events",
      defaultValue = "50",
      description = "In each message of a stream: 1 to 100 (default: ${DEFAULT-VALUE}).")
  int each = 50;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "Before, and after (default: ${DEFAULT-VALUE}).")
  double seconds = 20;

  @Option(
      names = "--slower-max",
      hidden = true,
      defaultValue = "3",
      description = "How many times the 99th percentile before it may be.")
  double slowerMax = 3;

  public OutageCommand(
      TimeSource time, RandomGenerator random, Map<String, String> environment, Path root) {
    this.time = time;
    this.random = random;
    this.environment = environment;
    this.root = root;
  }

  /// What was asked for.
  ///
  /// @param each how many events are in a message
  /// @param beside how long before it and after it
  record Options(Duration outage, int rate, int each, Duration beside, double slowerMax) {}

  @Override
  public Integer call() throws Exception {
    started.expect(minutes > 0 && rate > 0 && seconds > 0, "every number above 0");
    started.expect(each >= 1 && each <= 100, "--message-events: from 1 to 100");
    var options =
        new Options(
            Duration.ofNanos((long) (minutes * 60e9)),
            rate,
            each,
            Duration.ofNanos((long) (seconds * 1e9)),
            slowerMax);
    try (var site = Site.open(started.site(), List.of(), time, random, environment, root)) {
      return started.print(new OutageBenchmark(options, site, time, random, started::say).run());
    } catch (MeasurementFailed failed) {
      return started.print(failed);
    }
  }
}
