package dev.tollgate.cli;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Shows where a budget stands.
@Command(
    name = "show",
    description = "Shows where a budget stands in its current window.",
    mixinStandardHelpOptions = true)
final class ShowBudgetCommand implements Callable<Integer> {
  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Mixin TenantOptions options = new TenantOptions();

  @Parameters(paramLabel = "ID", description = "The budget.")
  String id = "";

  @Option(
      names = "--group",
      paramLabel = "VALUE",
      description = "The group's values, once for each dimension of group_by, in their order.")
  List<String> group = List.of();

  ShowBudgetCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    var request = GetBudgetRequest.newBuilder().setBudgetId(id).addAllGroup(group).build();
    try (var client = options.connect(machine.random())) {
      var answer = client.getBudget(request);
      var budget = answer.getBudget();
      out.printf("%s: %s%n", budget.getBudgetId(), budget.getDisplayName());
      for (var adjustment : budget.getAdjustmentsList()) {
        out.printf(
            "  adjusted by %s%s until %s: %s %s%n",
            adjustment.getNegative() ? "-" : "+",
            Amounts.amount(adjustment.getAmount()),
            adjustment.hasEndTime() ? Timestamps.toString(adjustment.getEndTime()) : "ever",
            adjustment.getAdjustmentId(),
            adjustment.getNote());
      }
      var table = new Table("LIMIT", "SETTLED", "HELD", "DEBT", "UNTIL");
      for (var standing : answer.getStandingsList()) {
        table.add(
            List.of(
                Amounts.amount(standing.getLimit()),
                Amounts.amount(standing.getSettled()),
                Amounts.amount(standing.getHeld()),
                Amounts.amount(standing.getDebt()),
                standing.hasWindowEndTime()
                    ? Timestamps.toString(standing.getWindowEndTime())
                    : ""));
      }
      table.print(out);
    }
    return 0;
  }
}
