package dev.tollgate.cli;

import dev.tollgate.cli.demo.Ledger;
import dev.tollgate.cli.demo.Replay;
import dev.tollgate.cli.demo.Report;
import dev.tollgate.cli.demo.Stage;
import dev.tollgate.cli.demo.Tally;
import dev.tollgate.cli.standalone.DataDirectory;
import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.cli.standalone.Standalone;
import dev.tollgate.cli.traffic.DayTraffic;
import dev.tollgate.cli.traffic.Trace;
import dev.tollgate.cli.traffic.TraceTraffic;
import dev.tollgate.cli.traffic.Traffic;
import dev.tollgate.client.TollgateClient;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Starts everything, replays traffic, reports what became of it.
@Command(
    name = "demo",
    description = {
      "Starts everything, replays traffic through the public gRPC API (check, pretend to call the"
          + " model, report the usage) and prints what became of it.",
      "Without --trace: a drawn day of two invented companies, one budget of which is too small."
          + " With it: the calls of a CSV file of TIMESTAMP,ContextTokens,GeneratedTokens, under"
          + " budgets that admit every one."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final Duration AHEAD_AT_LEAST = Duration.ofHours(1);
  private static final int IN_FLIGHT_MAX = 10_000;
  private static final Duration DAY = Duration.ofDays(1);

  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Mixin StoreOptions stores = new StoreOptions();

  @Option(names = "--trace", paramLabel = "FILE", description = "Replay this file.")
  Optional<Path> trace = Optional.empty();

  @Option(names = "--model", paramLabel = "M", description = "The model that the trace calls.")
  Optional<String> model = Optional.empty();

  @Option(
      names = "--provider",
      paramLabel = "P",
      description = "Who sells the model, where several do.")
  Optional<String> provider = Optional.empty();

  @Option(
      names = "--at",
      paramLabel = "INSTANT",
      defaultValue = "2026-08-01T00:00:00Z",
      description = "When the traffic begins (default: ${DEFAULT-VALUE}).")
  Instant at = Instant.EPOCH;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Fixes all ids and draws (default: ${DEFAULT-VALUE}).")
  long seed = 1;

  @Option(
      names = "--calls",
      paramLabel = "N",
      defaultValue = "6000",
      description = "How many calls the drawn day has (default: ${DEFAULT-VALUE}).")
  int calls = 6_000;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "256",
      description = "How many calls are under way at once (default: ${DEFAULT-VALUE}).")
  int inFlight = 256;

  @Option(
      names = "--model-time",
      paramLabel = "DURATION",
      defaultValue = "PT0S",
      description = "How long the pretended model takes, ISO-8601 (default: ${DEFAULT-VALUE}).")
  Duration modelTime = Duration.ZERO;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keep the data there. Default: a new directory, removed at the end.")
  Optional<Path> data = Optional.empty();

  @Option(
      names = "--ports",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "The first of four gRPC ports in a row; HTTP lies 100 above (default: any free ones).")
  int ports;

  @Option(names = "--keep", description = "Keep serving after the report, until Ctrl-C.")
  boolean keep;

  @Option(names = "--json", description = "Print one JSON object as the last line.")
  boolean json;

  DemoCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() throws InterruptedException {
    checkOptions();
    var recorded = trace.map(Trace::read);
    var lifetime = Lifetime.begin();
    try (lifetime) {
      var directory = open(lifetime);
      Logs.to(directory.log());
      run(directory, recorded, lifetime);
      return 0;
    } catch (RuntimeException failed) {
      if (lifetime.isStopping()) {
        return 1;
      }
      throw failed;
    }
  }

  private void checkOptions() {
    if (trace.isPresent() != model.isPresent()) {
      throw new ParameterException(spec.commandLine(), "--trace and --model go together");
    }
    if (inFlight < 1 || inFlight > IN_FLIGHT_MAX || calls < 1 || modelTime.isNegative()) {
      throw new ParameterException(
          spec.commandLine(),
          "--in-flight is from 1 to "
              + IN_FLIGHT_MAX
              + ", --calls at least 1, --model-time not below zero");
    }
  }

  private DataDirectory open(Lifetime lifetime) {
    if (data.isPresent()) {
      var directory = DataDirectory.open(data.get());
      lifetime.atEnd(directory::close);
      return directory;
    }
    var directory = DataDirectory.temporary();
    lifetime.atEnd(directory::remove);
    return directory;
  }

  private void run(DataDirectory directory, Optional<Trace> recorded, Lifetime lifetime)
      throws InterruptedException {
    var out = spec.commandLine().getOut();
    out.println("Starting in " + directory.path() + " ...");
    out.flush();
    var options =
        new Standalone.Options(
            ports,
            stores.redis,
            stores.clickHouse,
            eventAhead(recorded),
            machine.environment(),
            machine.root());
    var standalone = Standalone.start(directory, options, machine.time(), machine.random());
    lifetime.atEnd(standalone::close);
    var installation = new Installation(standalone, directory.path());
    installation.printStarted(out, machine.time().now());
    try (var operator =
        TollgateClient.connect(standalone.endpoints(), standalone.keys().operator())) {
      var stage = new Stage(operator, standalone.keys(), machine.time());
      var report = replay(stage, recorded, out);
      report.print(out);
      if (keep) {
        installation.printEndpoints(out);
        out.println("Ctrl-C stops it.");
      }
      if (json) {
        out.println(report.json());
      }
      out.flush();
    }
    if (keep) {
      lifetime.serve();
    }
  }

  private Report replay(Stage stage, Optional<Trace> recorded, PrintWriter out) {
    var traffic =
        recorded
            .map(rows -> ofTrace(rows, stage))
            .orElseGet(() -> DayTraffic.draw(calls, at, seed));
    out.printf(
        Locale.ROOT,
        "Replaying %,d calls, %s to %s, seed %d.%nTraffic: %s.%n",
        traffic.calls().size(),
        traffic.start(),
        traffic.end(),
        seed,
        traffic.origin());
    out.flush();
    var clients = stage.prepare(traffic);
    var tally = new Tally();
    var replay = new Replay(clients, new Replay.Pace(inFlight, modelTime), tally);
    var began = machine.time().nanoTime();
    var all = traffic.calls().size();
    try (var _ =
        Progress.of(
            () -> String.format(Locale.ROOT, "  %,d of %,d calls", tally.calls(), all), out)) {
      replay.run(traffic.calls());
    }
    var wall = Duration.ofNanos(machine.time().nanoTime() - began);
    var ledger = new Ledger(clients, traffic);
    ledger.awaitStored(tally.accepted() + tally.duplicates(), machine.time());
    return new Report(traffic, tally, ledger, wall);
  }

  private Traffic ofTrace(Trace rows, Stage stage) {
    var name = model.orElseThrow();
    var sellers = stage.sellers(name, provider);
    if (sellers.isEmpty()) {
      throw new Problem(
          "no price for the model "
              + name
              + provider.map(p -> " of " + p).orElse("")
              + ": check --model and --provider");
    }
    if (sellers.size() > 1) {
      throw new Problem(
          "the model "
              + name
              + " is sold by "
              + String.join(", ", sellers.keySet())
              + ": say which with --provider");
    }
    var seller = sellers.firstKey();
    var currency = Objects.requireNonNull(sellers.get(seller));
    return TraceTraffic.of(rows, seller, name, currency, at, seed);
  }

  /// The traffic may lie in the future of this machine's clock.
  private Duration eventAhead(Optional<Trace> recorded) {
    var length = recorded.map(rows -> rows.rows().getLast().sinceFirst()).orElse(DAY);
    var ahead = Duration.between(machine.time().now(), at.plus(length)).plus(AHEAD_AT_LEAST);
    return ahead.compareTo(AHEAD_AT_LEAST) < 0 ? AHEAD_AT_LEAST : ahead;
  }
}
