package dev.tollgate.cli;

import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.client.TollgateException;
import dev.tollgate.time.TimeSource;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `tollgate` command and what all of its subcommands need.
@Command(
    name = "tollgate",
    description = "Meters what LLM calls cost, and stops a call that nobody can pay for.",
    mixinStandardHelpOptions = true,
    version = "tollgate 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      PriceCommand.class,
      PricesCommand.class,
      BudgetsCommand.class,
      BackfillCommand.class,
      LedgerCommand.class,
      ReconcileCommand.class
    })
public final class Tollgate {
  /// A command that could not do its work.
  private static final int PROBLEM = 1;

  private static final int COLUMNS = 100;

  /// What only `main` may touch.
  ///
  /// @param root of the source tree, in which the ClickHouse engine was installed
  /// @param in what a command reads as data
  /// @param out what a command writes as data: bytes, unlike the text that people read
  /// @param terminal whether a person watches stderr
  record Machine(
      Map<String, String> environment,
      TimeSource time,
      RandomGenerator random,
      Path root,
      InputStream in,
      OutputStream out,
      boolean terminal) {}

  public static void main(String[] arguments) {
    var machine =
        new Machine(
            System.getenv(),
            TimeSource.SYSTEM,
            new SecureRandom(),
            Path.of(System.getProperty("tollgate.root", ".")),
            System.in,
            new FileOutputStream(FileDescriptor.out),
            Boolean.getBoolean("tollgate.terminal"));
    System.exit(command(machine).execute(arguments));
  }

  /// Subcommands take the machine through their constructors.
  static CommandLine command(Machine machine) {
    var factory = new Factory(machine);
    return new CommandLine(new Tollgate(), factory)
        .setUsageHelpWidth(COLUMNS)
        .setExecutionExceptionHandler(Tollgate::explain);
  }

  private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult all) {
    LoggerFactory.getLogger(Tollgate.class).info("The command failed", failure);
    var expected = failure instanceof Problem || failure instanceof TollgateException;
    command
        .getErr()
        .println(
            "tollgate: "
                + (expected
                    ? failure.getMessage()
                    : failure + ": a defect; tollgate.log in the data directory has more"));
    return PROBLEM;
  }

  private record Factory(Machine machine) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      for (var constructor : type.getDeclaredConstructors()) {
        if (Arrays.equals(constructor.getParameterTypes(), new Class<?>[] {Machine.class})) {
          return type.cast(constructor.newInstance(machine));
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
