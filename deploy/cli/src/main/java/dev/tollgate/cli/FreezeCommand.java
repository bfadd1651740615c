package dev.tollgate.cli;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.budget.v1.CreateFreezeRequest;
import dev.tollgate.proto.budget.v1.Freeze;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Stops all calls that a selector matches.
@Command(
    name = "freeze",
    description = "Denies every check of some calls, from now on, until it is undone or ends.",
    mixinStandardHelpOptions = true)
final class FreezeCommand implements Callable<Integer> {
  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Mixin TenantOptions options = new TenantOptions();

  @Parameters(paramLabel = "ID", description = "What to call the freeze.")
  String id = "";

  @Option(
      names = "--match",
      paramLabel = "DIMENSION=VALUE",
      description = "Which calls: those that have all of these.")
  Map<String, String> match = Map.of();

  @Option(names = "--everything", description = "All calls of the tenant.")
  boolean everything;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "Until it ends by itself: PT30M, P1D (default: never).")
  Optional<Duration> duration = Optional.empty();

  @Option(names = "--note", paramLabel = "TEXT", description = "Why, for colleagues.")
  String note = "";

  @Option(names = "--message", paramLabel = "TEXT", description = "What end users are told.")
  String message = "";

  FreezeCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    if (match.isEmpty() != everything) {
      throw new ParameterException(
          spec.commandLine(), "give --match, or --everything for all calls of the tenant");
    }
    var freeze =
        Freeze.newBuilder()
            .setFreezeId(id)
            .putAllSelector(match)
            .setNote(note)
            .setDenialMessage(message);
    duration.ifPresent(
        length ->
            freeze.setExpireTime(
                Timestamps.fromMillis(machine.time().now().plus(length).toEpochMilli())));
    var request = CreateFreezeRequest.newBuilder().setFreeze(freeze).build();
    try (var client = options.connect(machine.random())) {
      var made = client.budgets(stub -> stub.createFreeze(request)).getFreeze();
      spec.commandLine()
          .getOut()
          .printf(
              "Frozen: %s until %s; budgets unfreeze %s undoes it%n",
              made.getSelectorMap().isEmpty() ? "all calls" : made.getSelectorMap(),
              made.hasExpireTime() ? Timestamps.toString(made.getExpireTime()) : "undone",
              made.getFreezeId());
    }
    return 0;
  }
}
