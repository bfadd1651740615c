package dev.tollgate.load;

import dev.tollgate.load.check.CheckQuotaCommand;
import dev.tollgate.load.check.QuotaMemoryCommand;
import dev.tollgate.load.ingest.IngestCommand;
import dev.tollgate.load.ingest.OutageCommand;
import dev.tollgate.load.query.QueryCommand;
import dev.tollgate.load.rate.RateCommand;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.random.RandomGenerator;
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
    var root = Path.of(System.getProperty("tollgate.root", "."));
    System.exit(
        command(TimeSource.SYSTEM, new SecureRandom(), System.getenv(), root).execute(arguments));
  }

  static CommandLine command(
      TimeSource time, RandomGenerator random, Map<String, String> environment, Path root) {
    return new CommandLine(new Bench())
        .addSubcommand(new CheckQuotaCommand(time, random, environment, root))
        .addSubcommand(new IngestCommand(time, random, environment, root))
        .addSubcommand(new OutageCommand(time, random, environment, root))
        .addSubcommand(new QueryCommand(time, random, environment, root))
        .addSubcommand(new QuotaMemoryCommand(time, random, environment, root))
        .setCaseInsensitiveEnumValuesAllowed(true);
  }
}
