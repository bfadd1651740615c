package dev.tollgate.cli;

import dev.tollgate.cli.demo.Stage;
import dev.tollgate.cli.standalone.DataDirectory;
import dev.tollgate.cli.standalone.Standalone;
import dev.tollgate.cli.traffic.Tenant;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.secret.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Starts everything and serves until it is stopped.
@Command(
    name = "up",
    description = {
      "Starts all four services and both stores in one process, prints their endpoints, the keys and"
          + " three calls to try, and serves until Ctrl-C.",
      "Settings of single services come from the environment, for example"
          + " TOLLGATE_INGEST_MAX_EVENT_AHEAD."
    },
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  private static final Duration EVENT_AHEAD = Duration.ofHours(1);
  private static final Tenant EXAMPLE = Tenant.example();
  private static final Dimensions EXAMPLE_CALL =
      Dimensions.newBuilder().setProvider("openai").setModel("gpt-4o").build();

  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Mixin StoreOptions stores = new StoreOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".tollgate",
      description = "Where data and keys are kept (default: ${DEFAULT-VALUE}).")
  Path data = Path.of(".tollgate");

  @Option(
      names = "--ports",
      paramLabel = "N",
      defaultValue = "7401",
      description =
          "The first of four gRPC ports in a row; HTTP lies 100 above. 0 takes free ones (default:"
              + " ${DEFAULT-VALUE}).")
  int ports = 7401;

  UpCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() throws InterruptedException {
    var out = spec.commandLine().getOut();
    try (var lifetime = Lifetime.begin()) {
      var directory = DataDirectory.open(data);
      lifetime.atEnd(directory::close);
      Logs.to(directory.log());
      out.println("Starting in " + directory.path() + " ...");
      out.flush();
      var options =
          new Standalone.Options(
              ports,
              stores.redis,
              stores.clickHouse,
              EVENT_AHEAD,
              machine.environment(),
              machine.root());
      var standalone = Standalone.start(directory, options, machine.time(), machine.random());
      lifetime.atEnd(standalone::close);
      var key = exampleKey(standalone);
      var installation = new Installation(standalone, directory.path());
      installation.printStarted(out, machine.time().now());
      installation.printEndpoints(out);
      installation.printCalls(out, EXAMPLE.id(), key, machine.time().now());
      lifetime.serve();
    }
    return 0;
  }

  private Secret exampleKey(Standalone standalone) {
    try (var operator =
        TollgateClient.connect(standalone.endpoints(), standalone.keys().operator())) {
      new Stage(operator, standalone.keys(), machine.time()).prepare(EXAMPLE, EXAMPLE_CALL);
    }
    return standalone.keys().tenant(EXAMPLE.id()).orElseThrow();
  }
}
