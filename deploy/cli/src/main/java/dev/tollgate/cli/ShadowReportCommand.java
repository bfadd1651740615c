package dev.tollgate.cli;

import dev.tollgate.proto.budget.v1.BacktestBudgetsRequest;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Says what a tenant's SHADOW budgets would have denied.
@Command(
    name = "shadow-report",
    description =
        "Says what the budgets that are ENFORCEMENT_SHADOW would have denied if they were HARD, of"
            + " the calls that were made. Changes nothing.",
    mixinStandardHelpOptions = true)
final class ShadowReportCommand implements Callable<Integer> {
  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Mixin TenantOptions options = new TenantOptions();

  @Option(
      names = "--since",
      paramLabel = "AGO",
      converter = Ago.class,
      defaultValue = "30d",
      description = "Which calls: 12h, 30d, 4w, at most 92d (default: ${DEFAULT-VALUE}).")
  Duration since = Duration.ZERO;

  ShadowReportCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    var line = spec.commandLine();
    try (var client = options.connect(machine.random())) {
      new Backtesting(line.getOut(), line.getErr())
          .run(client, BacktestBudgetsRequest.newBuilder(), machine.time().now(), since);
    }
    return 0;
  }
}
