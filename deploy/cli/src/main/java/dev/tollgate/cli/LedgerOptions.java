package dev.tollgate.cli;

import dev.tollgate.cli.standalone.Running;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.proto.ingest.v1.LedgerDrift;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Option;

/// Which days of which installation's ledger a command is about.
final class LedgerOptions {
  /* Seconds per ten million entries, and more where partitions are built anew. */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "7",
      description = "How many days, the latest first, 1 to 400 (default: ${DEFAULT-VALUE}).")
  int days = 7;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".tollgate",
      description = "The data directory of the installation (default: ${DEFAULT-VALUE}).")
  Path data = Path.of(".tollgate");

  TollgateClient connect(RandomGenerator random) {
    return Running.operator(data, random).withTimeout(PATIENCE);
  }

  static void print(List<LedgerDrift> drifts, PrintWriter out) {
    var table = new Table("ROLLUP", "DAY", "MEASURE", "IN ROLLUP", "IN LEDGER");
    drifts.forEach(drift ->
        table.add(
            List.of(
                drift.getRollup(),
                drift.getDay(),
                drift.getMeasure(),
                drift.getInRollup(),
                drift.getInLedger())));
    table.print(out);
  }
}
