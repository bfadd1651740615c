package dev.tollgate.cli;

import picocli.CommandLine.Command;

/// What is done with the ledger as a whole: the parent of its subcommands.
@Command(
    name = "ledger",
    description = "Compares the ledger's rollups with it, in a running installation.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CheckLedgerCommand.class, RepairLedgerCommand.class})
final class LedgerCommand {}
