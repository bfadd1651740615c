package dev.tollgate.load.ingest;

import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.load.site.Site;
import dev.tollgate.load.site.SiteOptions;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Measures how much usage the whole path takes and prints it as a table and as JSON.
@Command(
    name = "ingest",
    description = {
      "Events per second over gRPC into the ledger's tables and rollups, with pricing, dedupe and"
          + " fsync, without settlement and with it; beside the rows per second that a bare client"
          + " inserts into the same tables (the ceiling: the best of batches of 10,000 and 50,000"
          + " rows with one and two writers). Both are counted from the first byte to the last row"
          + " stored, the settled ones to the last settlement.",
      "",
      "Then, at half of the settled load, the latency of acks, counted from when a message should"
          + " have been sent, and the time from an ack until GetCost counts the event.",
      "",
      "Three tenants, one with 80 %% of the events, each of which has a price and moves two budgets"
          + " or more. ingest-service runs in a process of its own, with a quota-service, a Redis and a"
          + " ClickHouse of this command's own. It fails with code 1 where the ledger, a rollup or a"
          + " budget does not have exactly what was sent. Rounds between which the raw inserts moved"
          + " by more than 20 %% are dropped and repeated. The last line of output is one JSON object."
    },
    mixinStandardHelpOptions = true)
public final class IngestCommand implements Callable<Integer> {
  private static final int EACH_MAX = 100;

  /* So that the keys of recent events are as many as there may be before memory is looked at. */
  private static final String KEYS_MAX = "TOLLGATE_INGEST_DEDUPE_KEYS_MAX";

  private final TimeSource time;
  private final RandomGenerator random;
  private final Map<String, String> environment;
  private final Path root;

  @Mixin SiteOptions started = new SiteOptions();

  @Option(
      names = "--events",
      defaultValue = "300000",
      description = "Of each measurement in a round (default: ${DEFAULT-VALUE}).")
  int events = 300_000;

  @Option(
      names = "--warm-up-events",
      defaultValue = "900000",
      description = "Of each whole path, before the first round (default: ${DEFAULT-VALUE}).")
  long warmUpEvents = 900_000;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Of all measurements; medians are reported (default: ${DEFAULT-VALUE}).")
  int rounds = 3;

  @Option(
      names = "--message-events",
      defaultValue = "100",
      description = "In each message of a stream: 1 to 100 (default: ${DEFAULT-VALUE}).")
  int each = EACH_MAX;

  @Option(
      names = "--in-flight",
      defaultValue = "64",
      description =
          "Messages at once where as much as possible is sent (default: ${DEFAULT-VALUE}).")
  int inFlight = 64;

  @Option(
      names = "--paced-seconds",
      defaultValue = "30",
      description = "At half load (default: ${DEFAULT-VALUE}).")
  double pacedSeconds = 30;

  @Option(
      names = "--only",
      paramLabel = "SCENARIO",
      description = "Only these: ${COMPLETION-CANDIDATES}; with settled, latencies too.")
  List<IngestScenario> only = new ArrayList<>();

  public IngestCommand(
      TimeSource time, RandomGenerator random, Map<String, String> environment, Path root) {
    this.time = time;
    this.random = random;
    this.environment = environment;
    this.root = root;
  }

  /// What was asked for.
  ///
  /// @param warmUpEvents of each whole path, before anything counts
  /// @param each how many events are in a message
  /// @param paced how long half load lasts
  record Options(
      int events,
      long warmUpEvents,
      int rounds,
      int each,
      int inFlight,
      Duration paced,
      Set<IngestScenario> scenarios) {}

  @Override
  public Integer call() throws Exception {
    started.expect(
        events >= 1 && rounds >= 1 && inFlight >= 1 && pacedSeconds > 0, "every number above 0");
    started.expect(each >= 1 && each <= EACH_MAX, "--message-events: from 1 to " + EACH_MAX);
    started.expect(events % each == 0, "--events: a multiple of --message-events");
    var options =
        new Options(
            events,
            warmUpEvents,
            rounds,
            each,
            inFlight,
            Duration.ofNanos((long) (pacedSeconds * 1e9)),
            only.isEmpty() ? EnumSet.allOf(IngestScenario.class) : EnumSet.copyOf(only));
    var settings = new HashMap<>(environment);
    settings.putIfAbsent(KEYS_MAX, Integer.toString(Math.max(1, events * 4 / 5)));
    try (var site = Site.open(started.site(), List.of(), time, random, settings, root)) {
      return started.print(new IngestBenchmark(options, site, time, random, started::say).run());
    } catch (MeasurementFailed failed) {
      return started.print(failed);
    }
  }
}
