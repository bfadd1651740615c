package dev.tollgate.load.check;

import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.load.site.Site;
import dev.tollgate.load.site.SiteOptions;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Measures what counters and open holds cost Redis and prints it as a table and as JSON.
@Command(
    name = "quota-memory",
    description = {
      "What counters and open holds cost Redis in memory, and what a check takes when there are"
          + " many of them: alone, and at a steady rate, counted from when it should have been sent;"
          + " the same beforehand, while Redis is nearly empty.",
      "",
      "A call has 4 budgets of 2 units, one of them for each user. The first call of each user makes"
          + " 2 counters; calls that are not settled leave open holds. quota-service runs in a"
          + " process of its own, with a Redis and a ClickHouse of this command's own. It fails with"
          + " code 1 where Redis does not have just the counters and holds that were asked for. The"
          + " last line of output is one JSON object."
    },
    mixinStandardHelpOptions = true)
public final class QuotaMemoryCommand implements Callable<Integer> {
  private static final long COUNTERS_MAX = 10_000_000;
  private static final long HOLDS_MAX = 500_000;

  private final TimeSource time;
  private final RandomGenerator random;
  private final Map<String, String> environment;
  private final Path root;

  @Mixin SiteOptions started = new SiteOptions();

  @Option(
      names = "--counters",
      defaultValue = "1000000",
      description = "Of users, 2 each: 2 to 10,000,000 (default: ${DEFAULT-VALUE}).")
  long counters = 1_000_000;

  @Option(
      names = "--holds",
      defaultValue = "100000",
      description =
          "Open at once: 1 to 500,000, which is what a tenant may have (default: ${DEFAULT-VALUE}).")
  long holds = 100_000;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Of each measurement of latencies (default: ${DEFAULT-VALUE}).")
  double seconds = 10;

  @Option(
      names = "--checks",
      defaultValue = "1000",
      description =
          "Per second at the steady rate, each with its settlement (default: ${DEFAULT-VALUE}).")
  int checks = 1_000;

  public QuotaMemoryCommand(
      TimeSource time, RandomGenerator random, Map<String, String> environment, Path root) {
    this.time = time;
    this.random = random;
    this.environment = environment;
    this.root = root;
  }

  /// What was asked for.
  ///
  /// @param measurement of latencies
  record Options(long counters, long holds, Duration measurement, int checksPerSecond) {}

  @Override
  public Integer call() throws Exception {
    started.expect(
        counters >= 2 && counters % 2 == 0 && counters <= COUNTERS_MAX,
        "--counters: an even number from 2 to " + COUNTERS_MAX);
    started.expect(holds >= 1 && holds <= HOLDS_MAX, "--holds: from 1 to " + HOLDS_MAX);
    started.expect(seconds > 0 && checks > 0, "every number above 0");
    var options = new Options(counters, holds, Duration.ofNanos((long) (seconds * 1e9)), checks);
    var place = started.site();
    try (var site = Site.open(place, place.serviceJvm(), time, random, environment, root)) {
      return started.print(new MemoryBenchmark(options, site, time, started::say).run());
    } catch (MeasurementFailed failed) {
      return started.print(failed);
    }
  }
}
