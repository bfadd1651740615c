package dev.tollgate.cli;

import dev.tollgate.cli.apply.Installed;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.ListUnmatchedBudgetsRequest;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Lists a tenant's budgets and freezes.
@Command(
    name = "list",
    description = "Lists budgets and the freezes that are in force.",
    mixinStandardHelpOptions = true)
final class ListBudgetsCommand implements Callable<Integer> {
  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Mixin TenantOptions options = new TenantOptions();

  @Option(names = "--unmatched", description = "Only budgets that no check matched for 24 h.")
  boolean unmatched;

  ListBudgetsCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    var table = new Table("BUDGET", "SELECTOR", "WINDOW", "LIMITS", "ENFORCEMENT", "CARVED OUT OF");
    try (var client = options.connect(machine.random())) {
      if (unmatched) {
        client
            .budgets(stub ->
                stub.listUnmatchedBudgets(
                    ListUnmatchedBudgetsRequest.newBuilder().setPageSize(1_000).build()))
            .getBudgetsList()
            .forEach(each -> table.add(row(each.getBudget())));
        table.print(spec.commandLine().getOut());
        return 0;
      }
      var installed = Installed.read(client);
      installed.budgets().forEach(budget -> table.add(row(budget)));
      table.print(spec.commandLine().getOut());
      for (var freeze : installed.freezes()) {
        spec.commandLine()
            .getOut()
            .printf("frozen: %s %s%n", freeze.getFreezeId(), freeze.getSelectorMap());
      }
    }
    return 0;
  }

  private static List<String> row(Budget budget) {
    return List.of(
        budget.getBudgetId(),
        budget.getSelectorMap().isEmpty() ? "all calls" : budget.getSelectorMap().toString(),
        Amounts.window(budget.getWindow()),
        budget.getLimitsList().stream().map(Amounts::amount).collect(Collectors.joining(", ")),
        budget.getEnforcement().name().replace("ENFORCEMENT_", ""),
        budget.getParentBudgetId());
  }
}
