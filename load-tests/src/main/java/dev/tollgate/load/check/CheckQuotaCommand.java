package dev.tollgate.load.check;

import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.load.site.Site;
import dev.tollgate.load.site.SiteOptions;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Measures what a strict check costs and prints it as a table and as JSON.
@Command(
    name = "check-quota",
    description = {
      "What a strict CheckQuota costs, each followed by its Settle, over 4 budgets of 2 units: calls"
          + " per second as unary calls and as a stream, beside a call that does nothing (the"
          + " ceiling), the scripts sent straight to Redis (the floor) and Bucket4j on the same"
          + " Redis; and with 1,000 tenants, 200 teams, 50,000 budgets.",
      "",
      "Then the latency of a check at half of that load, counted from when it should have been sent,"
          + " beside that of the call that does nothing at the same rate; and of a lone check.",
      "",
      "quota-service runs in a process of its own, with a Redis and a ClickHouse of this command's"
          + " own. In every round a small budget fills up, and the command fails with code 1 if more"
          + " of it was granted than its limit. Rounds between which the floor moved by more than"
          + " 10 %% are dropped and repeated. The last line of output is one JSON object."
    },
    mixinStandardHelpOptions = true)
public final class CheckQuotaCommand implements Callable<Integer> {
  private final TimeSource time;
  private final RandomGenerator random;
  private final Map<String, String> environment;
  private final Path root;

  @Mixin SiteOptions started = new SiteOptions();

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "Of each measurement in a round (default: ${DEFAULT-VALUE}).")
  double seconds = 5;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "Of all measurements; medians are reported (default: ${DEFAULT-VALUE}).")
  int rounds = 5;

  @Option(
      names = "--in-flight",
      defaultValue = "256",
      description = "Calls at once where as much as possible is asked (default: ${DEFAULT-VALUE}).")
  int inFlight = 256;

  @Option(
      names = "--only",
      paramLabel = "SCENARIO",
      description = "Only these: ${COMPLETION-CANDIDATES}; with noop and strict, latencies too.")
  List<Scenario> only = new ArrayList<>();

  @Option(
      names = "--tenants",
      defaultValue = "1000",
      description = "In the scenario of many tenants (default: ${DEFAULT-VALUE}).")
  int tenants = 1_000;

  @Option(
      names = "--teams",
      defaultValue = "200",
      description = "In the scenario of many teams (default: ${DEFAULT-VALUE}).")
  int teams = 200;

  @Option(
      names = "--budgets",
      defaultValue = "50000",
      description = "In the scenario of many budgets (default: ${DEFAULT-VALUE}).")
  int budgets = 50_000;

  @Option(
      names = "--believed-limit",
      hidden = true,
      defaultValue = "1",
      description = "The part of a limit that clients believe is all: to see that the check fails.")
  double believedLimit = 1;

  public CheckQuotaCommand(
      TimeSource time, RandomGenerator random, Map<String, String> environment, Path root) {
    this.time = time;
    this.random = random;
    this.environment = environment;
    this.root = root;
  }

  /// What was asked for.
  record Options(
      Duration measurement,
      int rounds,
      int inFlight,
      Set<Scenario> scenarios,
      int tenants,
      int teams,
      int budgets,
      boolean appendOnly,
      double believedLimit) {}

  @Override
  public Integer call() throws Exception {
    var least = IntStream.of(rounds, inFlight, tenants, teams, budgets).min().orElseThrow();
    started.expect(seconds > 0 && least >= 1, "every number above 0");
    var place = started.site();
    var options =
        new Options(
            Duration.ofNanos((long) (seconds * 1e9)),
            rounds,
            inFlight,
            only.isEmpty() ? EnumSet.allOf(Scenario.class) : EnumSet.copyOf(only),
            tenants,
            teams,
            budgets,
            place.appendOnly(),
            believedLimit);
    try (var site = Site.open(place, place.serviceJvm(), time, random, environment, root)) {
      return started.print(new CheckBenchmark(options, site, time, started::say).run());
    } catch (MeasurementFailed failed) {
      return started.print(failed);
    }
  }
}
