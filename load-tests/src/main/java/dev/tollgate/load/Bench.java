package dev.tollgate.load;

import dev.tollgate.load.rate.RateCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The benchmarks, each a subcommand whose last line of output is one JSON object.
@Command(
    name = "bench",
    description = "Measures parts of Tollgate on this machine. Let nothing else run meanwhile.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK",
    subcommands = RateCommand.class)
final class Bench {
  private Bench() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }
}
