package dev.tollgate.cli;

import picocli.CommandLine.Command;

/// What is done with prices: the parent of its subcommands.
@Command(
    name = "prices",
    description = "Works with price books.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ImportPricesCommand.class)
final class PricesCommand {}
