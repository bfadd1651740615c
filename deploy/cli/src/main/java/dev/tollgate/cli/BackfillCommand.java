package dev.tollgate.cli;

import dev.tollgate.cli.backfill.Backfill;
import dev.tollgate.cli.backfill.Format;
import dev.tollgate.cli.backfill.Tally;
import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.kernel.dimension.Dimension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Brings usage of the past in, from other tools' exports.
@Command(
    name = "backfill",
    description = {
      "Records usage of the past in a running installation: priced at the time of each call, counted"
          + " once however often it is run, debited from no budget. A run that was cut off is simply"
          + " run again. Calls that Tollgate saw itself must not be in the files: under another id"
          + " they would count twice.",
      "",
      "Files are CSV, JSON lines or a JSON array, of any size. litellm: rows of LiteLLM_SpendLogs."
          + " langfuse: observations; generations and embeddings count. helicone: requests. csv: the"
          + " columns event_id and event_time (UTC unless it says a zone), provider, model and the"
          + " other dimensions by their names, tags.KEY, usage.BUCKET (usage.input, usage.output,"
          + " usage.cache_read, ...), and if you like service_tier, terminal_status, latency_ms,"
          + " time_to_first_token_ms, cost and currency.",
      "",
      "What the source says that calls cost is compared with our prices and not stored. Rows that"
          + " can't be read, or are there already with another content, are reported by file and"
          + " line, and the run goes on; the exit code is then 1."
    },
    mixinStandardHelpOptions = true)
final class BackfillCommand implements Callable<Integer> {
  private static final int BAD_ROWS = 1;
  private static final Duration CALL_MAX = Duration.ofSeconds(60);

  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Mixin TenantOptions options = new TenantOptions();

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "The exports.")
  List<Path> files = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "auto",
      description = "litellm, langfuse, helicone, csv, or auto: told from the first row.")
  String format = "auto";

  @Option(
      names = "--map",
      paramLabel = "COLUMN=DIMENSION",
      description =
          "Take a dimension from this column too; a dot leads into an object:"
              + " metadata.team=team, name=feature, request_tags=tags.labels.")
  Map<String, String> columns = new LinkedHashMap<>();

  @Option(names = "--dry-run", description = "Say what would become of the rows; record nothing.")
  boolean dryRun;

  @Option(names = "--json", description = "Print the summary as one JSON object.")
  boolean json;

  BackfillCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    var wanted = new Backfill.Options(Format.of(format), dimensions(), dryRun);
    var out = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    var tally = new Tally();
    try (var client = options.connect(machine.random()).withTimeout(CALL_MAX);
        var _ = Progress.of(tally::standing, err)) {
      var backfill =
          new Backfill(
              wanted,
              request -> client.usage(stub -> stub.backfillUsage(request)),
              tally,
              BackfillCommand::pause);
      files.forEach(backfill::send);
    } finally {
      tally.mistakes().forEach(err::println);
      if (tally.unlisted() > 0) {
        err.printf("... and %,d more%n", tally.unlisted());
      }
      err.flush();
      if (json) {
        out.println(tally.json(dryRun));
        out.flush();
      } else {
        tally.print(out, dryRun);
      }
    }
    return tally.isClean() ? 0 : BAD_ROWS;
  }

  private Map<String, Dimension> dimensions() {
    var dimensions = new LinkedHashMap<String, Dimension>();
    columns.forEach((column, name) ->
        dimensions.put(
            column,
            Dimension.of(name)
                .orElseThrow(() ->
                    new Problem(
                        "--map %s=%s: no such dimension (did you mean %s?)"
                            .formatted(column, name, Dimension.nearest(name))))));
    return dimensions;
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new Problem("interrupted: run it again, nothing is counted twice");
    }
  }
}
