package dev.tollgate.cli;

import dev.tollgate.proto.ingest.v1.RepairLedgerRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Builds anew what differs from the ledger.
@Command(
    name = "repair",
    description =
        "Builds rollups anew from the ledger where they differ from it. Usage waits in the log meanwhile.",
    mixinStandardHelpOptions = true)
final class RepairLedgerCommand implements Callable<Integer> {
  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Mixin LedgerOptions options = new LedgerOptions();

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for the server's log: 1 to 256 characters.")
  String reason = "";

  RepairLedgerCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    var request = RepairLedgerRequest.newBuilder().setDays(options.days).setReason(reason).build();
    try (var client = options.connect(machine.random())) {
      var done = client.ledger(stub -> stub.repairLedger(request));
      if (done.getDriftsCount() > 0) {
        LedgerOptions.print(done.getDriftsList(), out);
      }
      out.printf(
          "%,d partitions were built anew, for %,d sums that differed.%n",
          done.getPartitions(), done.getDriftsCount());
      out.flush();
    }
    return 0;
  }
}
