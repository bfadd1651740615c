package dev.tollgate.cli;

import dev.tollgate.proto.ingest.v1.CheckLedgerRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Says where rollups differ from the ledger.
@Command(
    name = "check",
    description =
        "Says where a rollup differs from the ledger, on days that are over. Exits with 1 if any does.",
    mixinStandardHelpOptions = true)
final class CheckLedgerCommand implements Callable<Integer> {
  private static final int DIFFERS = 1;

  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Mixin LedgerOptions options = new LedgerOptions();

  CheckLedgerCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    var request = CheckLedgerRequest.newBuilder().setDays(options.days).build();
    try (var client = options.connect(machine.random())) {
      var drifts = client.ledger(stub -> stub.checkLedger(request)).getDriftsList();
      if (drifts.isEmpty()) {
        out.printf("The rollups say what the ledger says, on the last %,d days.%n", options.days);
        out.flush();
        return 0;
      }
      LedgerOptions.print(drifts, out);
      return DIFFERS;
    }
  }
}
