package dev.tollgate.cli;

import picocli.CommandLine.Command;

/// What is done with budgets: the parent of its subcommands.
@Command(
    name = "budgets",
    description = "Works with a tenant's budgets and freezes, in a running installation.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ApplyBudgetsCommand.class,
      ListBudgetsCommand.class,
      ShowBudgetCommand.class,
      BudgetHistoryCommand.class,
      ShadowReportCommand.class,
      FreezeCommand.class,
      UnfreezeCommand.class
    })
final class BudgetsCommand {}
