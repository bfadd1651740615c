package dev.tollgate.cli;

import dev.tollgate.cli.apply.BudgetFile;
import dev.tollgate.cli.apply.Installed;
import dev.tollgate.cli.apply.Plan;
import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.proto.budget.v1.BacktestBudgetsRequest;
import dev.tollgate.proto.budget.v1.Budget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Brings a tenant's budgets to what a file says.
@Command(
    name = "apply",
    description = {
      "Brings a tenant's budgets to what a YAML file says: `budgets:`, a list of Budget messages, and"
          + " perhaps `freezes:` and `check_rules:`, with the names of the API, in snake_case or"
          + " lowerCamelCase. An unknown name is refused.",
      "",
      "First says what would change: + created, ~ changed, - deleted (only with --prune), = left."
          + " Then asks, and does it. Run again, there is nothing to do. Adjustments are no part of"
          + " the file: they stay.",
      "",
      "With --backtest nothing is changed: it says what the file's budgets would have denied of the"
          + " calls that were made, in place of those with their ids and beside the others; with"
          + " --prune, without them.",
      "",
      "Exit code 0: the installation is as the file says. 1: something went wrong. 2: with --dry-run,"
          + " something is to be done."
    },
    mixinStandardHelpOptions = true)
final class ApplyBudgetsCommand implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int TO_DO = 2;

  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Mixin TenantOptions options = new TenantOptions();

  @Parameters(paramLabel = "FILE", description = "The file.")
  Path file = Path.of("");

  @Option(names = "--dry-run", description = "Only say what would change.")
  boolean dryRun;

  @Option(names = "--prune", description = "Delete budgets that the file does not name.")
  boolean prune;

  @Option(names = "--yes", description = "Don't ask.")
  boolean yes;

  @Option(
      names = "--backtest",
      paramLabel = "AGO",
      converter = Ago.class,
      description = "Only say what they would have denied since: 12h, 30d, 4w, at most 92d.")
  Optional<Duration> backtest = Optional.empty();

  ApplyBudgetsCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    var wanted = BudgetFile.read(file);
    try (var client = options.connect(machine.random())) {
      if (backtest.isPresent()) {
        backtest(client, wanted, backtest.get());
        return 0;
      }
      var plan = Plan.of(wanted, Installed.read(client), prune);
      plan.print(out);
      if (plan.isEmpty()) {
        out.println("Nothing to do.");
        return 0;
      }
      if (dryRun) {
        return TO_DO;
      }
      if (!yes && !agreed()) {
        out.println("Nothing was changed.");
        return FAILED;
      }
      var failures = plan.apply(client);
      failures.forEach(spec.commandLine().getErr()::println);
      out.printf("Applied %d of %d.%n", plan.size() - failures.size(), plan.size());
      out.flush();
      return failures.isEmpty() ? 0 : FAILED;
    }
  }

  private void backtest(TollgateClient client, BudgetFile wanted, Duration since) {
    if (wanted.budgets().isEmpty()) {
      throw new Problem(file + ": no budgets to backtest (expected: at least one)");
    }
    var request = BacktestBudgetsRequest.newBuilder().addAllBudgets(wanted.budgets());
    if (prune) {
      var named = wanted.budgets().stream().map(Budget::getBudgetId).collect(Collectors.toSet());
      Installed.read(client).budgets().stream()
          .map(Budget::getBudgetId)
          .filter(id -> !named.contains(id))
          .forEach(request::addRemovedBudgetIds);
    }
    var line = spec.commandLine();
    new Backtesting(line.getOut(), line.getErr()).run(client, request, machine.time().now(), since);
  }

  private boolean agreed() {
    if (!machine.terminal()) {
      throw new Problem("nobody is there to ask: give --yes to apply it, or --dry-run");
    }
    var err = spec.commandLine().getErr();
    err.print("Apply this? [y/N] ");
    err.flush();
    try {
      @Nullable String answer =
          new BufferedReader(new InputStreamReader(machine.in(), StandardCharsets.UTF_8))
              .readLine();
      return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    } catch (IOException unreadable) {
      throw new Problem("the answer can't be read: give --yes", unreadable);
    }
  }
}
