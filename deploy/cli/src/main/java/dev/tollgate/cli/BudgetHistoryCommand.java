package dev.tollgate.cli;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.budget.v1.ListBudgetChangesRequest;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Shows who changed a budget, when, and what.
@Command(
    name = "history",
    description = "Shows who changed a budget, when, and what, the newest change first.",
    mixinStandardHelpOptions = true)
final class BudgetHistoryCommand implements Callable<Integer> {
  private static final int PAGE = 1_000;

  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Mixin TenantOptions options = new TenantOptions();

  @Parameters(paramLabel = "ID", description = "The budget; it may be deleted by now.")
  String id = "";

  BudgetHistoryCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    var table = new Table("TIME", "BY", "WHAT", "FIELDS");
    try (var client = options.connect(machine.random())) {
      var token = "";
      do {
        var request =
            ListBudgetChangesRequest.newBuilder()
                .setBudgetId(id)
                .setPageSize(PAGE)
                .setPageToken(token)
                .build();
        var page = client.budgets(stub -> stub.listBudgetChanges(request));
        for (var change : page.getChangesList()) {
          table.add(
              List.of(
                  Timestamps.toString(change.getChangeTime()),
                  change.getActor(),
                  change.getKind().name().replace("BUDGET_CHANGE_KIND_", "").toLowerCase(
                      Locale.ROOT),
                  String.join(", ", change.getChangedFieldsList())));
        }
        token = page.getNextPageToken();
      } while (!token.isEmpty());
    }
    table.print(spec.commandLine().getOut());
    return 0;
  }
}
