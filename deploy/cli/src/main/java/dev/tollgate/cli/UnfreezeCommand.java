package dev.tollgate.cli;

import dev.tollgate.proto.budget.v1.DeleteFreezeRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Undoes a freeze.
@Command(
    name = "unfreeze",
    description = "Undoes a freeze; one that is not there is undone.",
    mixinStandardHelpOptions = true)
final class UnfreezeCommand implements Callable<Integer> {
  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Mixin TenantOptions options = new TenantOptions();

  @Parameters(paramLabel = "ID", description = "The freeze.")
  String id = "";

  UnfreezeCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    var request = DeleteFreezeRequest.newBuilder().setFreezeId(id).build();
    try (var client = options.connect(machine.random())) {
      client.budgets(stub -> stub.deleteFreeze(request));
    }
    spec.commandLine().getOut().println("Not frozen: " + id);
    return 0;
  }
}
