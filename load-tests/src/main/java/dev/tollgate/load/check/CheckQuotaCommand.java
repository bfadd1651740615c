package dev.tollgate.load.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
  private static final int FAILED = 1;

  private final TimeSource time;
  private final RandomGenerator random;
  private final Map<String, String> environment;
  private final Path root;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

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
      names = "--connections",
      defaultValue = "2",
      description = "Of the clients (default: ${DEFAULT-VALUE}).")
  int connections = 2;

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
      names = "--append-only",
      description = "Have Redis append every write to a file, synchronized once a second.")
  boolean appendOnly;

  @Option(
      names = "--service-jvm",
      paramLabel = "FLAG",
      description = "A flag for quota-service's JVM: to profile it, for example.")
  List<String> serviceJvm = new ArrayList<>();

  @Option(names = "--json", description = "Print the last line only.")
  boolean json;

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
      int connections,
      Set<Scenario> scenarios,
      int tenants,
      int teams,
      int budgets,
      boolean appendOnly,
      double believedLimit) {}

  @Override
  public Integer call() throws Exception {
    var least =
        IntStream.of(rounds, inFlight, connections, tenants, teams, budgets).min().orElseThrow();
    if (seconds <= 0 || least < 1) {
      throw new ParameterException(spec.commandLine(), "Expected: every number above 0");
    }
    var out = spec.commandLine().getOut();
    var options =
        new Options(
            Duration.ofNanos((long) (seconds * 1e9)),
            rounds,
            inFlight,
            connections,
            only.isEmpty() ? EnumSet.allOf(Scenario.class) : EnumSet.copyOf(only),
            tenants,
            teams,
            budgets,
            appendOnly,
            believedLimit);
    var started = new Site.Options(connections, appendOnly, serviceJvm);
    try (var site = Site.open(started, time, random, environment, root)) {
      var benchmark =
          new CheckBenchmark(
              options,
              site,
              time,
              line -> {
                if (!json) {
                  out.println(line);
                  out.flush();
                }
              });
      var report = benchmark.run();
      if (!json) {
        report.print(out);
      }
      report.problems().forEach(problem -> spec.commandLine().getErr().println(problem));
      print(report);
      return report.problems().isEmpty() ? 0 : FAILED;
    } catch (MeasurementFailed failed) {
      spec.commandLine().getErr().println("bench: " + failed.getMessage());
      return FAILED;
    }
  }

  private void print(Report report) throws JsonProcessingException {
    var out = spec.commandLine().getOut();
    out.println(new ObjectMapper().writeValueAsString(report.figures()));
    out.flush();
  }
}
