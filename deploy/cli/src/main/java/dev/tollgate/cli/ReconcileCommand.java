package dev.tollgate.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.ProviderReport;
import dev.tollgate.proto.query.v1.ReconcileRequest;
import dev.tollgate.proto.query.v1.ReconcileResponse;
import dev.tollgate.proto.query.v1.ReconcileRow;
import dev.tollgate.proto.query.v1.ReconcileTotal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

/// Holds providers' reports against the ledger.
@Command(
    name = "reconcile",
    description = {
      "Says where what providers report differs from what Tollgate recorded, and why: usage that"
          + " only one side has (coverage), the same usage at another price (rate), and API keys"
          + " that Tollgate never saw. Stores nothing.",
      "",
      "Files are pages of Anthropic's usage report (grouped by model, best also by api_key_id) and"
          + " cost report (grouped by description), of OpenAI's usage (grouped by model, best also"
          + " by api_key_id) and costs (grouped by line_item), and FOCUS sheets of Azure, AWS and"
          + " Google Cloud as CSV. Give all that there is of the days in question; together up to"
          + " the server's limit for one request, 4 MiB unless set."
    },
    mixinStandardHelpOptions = true)
final class ReconcileCommand implements Callable<Integer> {
  private static final Duration CALL_MAX = Duration.ofSeconds(60);

  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Mixin TenantOptions options = new TenantOptions();

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "The reports.")
  List<Path> files = List.of();

  @Option(
      names = "--provider",
      paramLabel = "THEIRS=OURS",
      description = "What a report calls a provider, and what Tollgate does: Microsoft=azure.")
  Map<String, String> providers = new LinkedHashMap<>();

  @Option(
      names = "--model",
      paramLabel = "THEIRS=OURS",
      description = "The same of a model: gpt-4o-2024-08-06=gpt-4o.")
  Map<String, String> models = new LinkedHashMap<>();

  @Option(
      names = "--api-key",
      paramLabel = "THEIRS=OURS",
      description = "The same of an API key: apikey_01Rj2N8S=checkout.")
  Map<String, String> apiKeys = new LinkedHashMap<>();

  @Option(
      names = "--model-column",
      paramLabel = "NAME",
      description = "The column of FOCUS sheets that tells models apart; ServiceName unless given.")
  String modelColumn = "";

  @Option(
      names = "--api-key-column",
      paramLabel = "NAME",
      description = "The column of FOCUS sheets that holds the API key, where there is one.")
  String apiKeyColumn = "";

  @Option(names = "--all", description = "Also list what both sides agree on.")
  boolean all;

  @Option(names = "--json", description = "Print the whole answer as one JSON object.")
  boolean json;

  ReconcileCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() throws InvalidProtocolBufferException {
    var request =
        ReconcileRequest.newBuilder()
            .putAllProviders(providers)
            .putAllModels(models)
            .putAllApiKeys(apiKeys)
            .setFocusModelColumn(modelColumn)
            .setFocusApiKeyColumn(apiKeyColumn);
    files.forEach(file -> request.addReports(report(file)));
    ReconcileResponse answer;
    try (var client = options.connect(machine.random()).withTimeout(CALL_MAX)) {
      answer = client.costs(stub -> stub.reconcile(request.build()));
    }
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonFormat.printer().omittingInsignificantWhitespace().print(answer));
    } else {
      print(answer, out);
    }
    out.flush();
    return 0;
  }

  private static ProviderReport report(Path file) {
    try {
      return ProviderReport.newBuilder()
          .setName(file.toString())
          .setContent(Files.readString(file))
          .build();
    } catch (NoSuchFileException missing) {
      throw new Problem(file + ": no such file");
    } catch (CharacterCodingException malformed) {
      throw new Problem(file + ": not UTF-8");
    } catch (IOException unreadable) {
      throw new Problem(file + ": can't be read: " + unreadable.getMessage());
    }
  }

  private void print(ReconcileResponse answer, PrintWriter out) {
    var table =
        new Table("DAY", "PROVIDER", "MODEL", "THEIRS", "OURS", "DIFFERENCE", "COVERAGE", "RATE");
    var shown = answer.getRowsList().stream().filter(row -> all || differs(row)).toList();
    shown.forEach(row -> table.add(row(row)));
    if (!shown.isEmpty()) {
      table.print(out);
      out.println();
    }
    var unseen = answer.getApiKeysList().stream().filter(key -> !key.getSeen()).toList();
    if (!unseen.isEmpty()) {
      var keys = new Table("KEY NEVER SEEN", "PROVIDER", "TOKENS", "COST");
      unseen.forEach(key ->
          keys.add(
              List.of(
                  key.getApiKey(),
                  key.getProvider(),
                  "%,d".formatted(key.getTheirTokens()),
                  money(key.hasTheirCost(), key.getTheirCost()))));
      keys.print(out);
      out.println();
    }
    answer.getTotalsList().forEach(total -> print(total, out));
    out.printf(
        "%,d of %,d rows differ%n",
        answer.getRowsList().stream().filter(ReconcileCommand::differs).count(),
        answer.getRowsCount());
  }

  private static boolean differs(ReconcileRow row) {
    return row.hasDifference()
        ? !Amounts.money(row.getTheirCost()).equals(Amounts.money(row.getOurCost()))
        : row.hasTheirTokens() && row.getTheirTokens() != row.getOurTokens();
  }

  private static List<String> row(ReconcileRow row) {
    return List.of(
        row.getDay(),
        row.getProvider(),
        row.getModel(),
        side(row.hasTheirCost(), row.getTheirCost(), row.hasTheirTokens(), row.getTheirTokens()),
        side(row.hasOurCost(), row.getOurCost(), true, row.getOurTokens()),
        money(row.hasDifference(), row.getDifference()),
        money(row.hasCoverageGap(), row.getCoverageGap()),
        money(row.hasRateGap(), row.getRateGap()));
  }

  private static String side(boolean hasCost, Money cost, boolean hasTokens, long tokens) {
    return money(hasCost, cost) + (hasTokens ? " (%,d tokens)".formatted(tokens) : "");
  }

  private static String money(boolean has, Money money) {
    return has ? Amounts.money(money) : "-";
  }

  private static void print(ReconcileTotal total, PrintWriter out) {
    out.printf(
        "Theirs %s, ours %s: they say %s more: coverage %s, rate %s, not to be told apart %s%n",
        Amounts.money(total.getTheirCost()),
        Amounts.money(total.getOurCost()),
        Amounts.money(total.getDifference()),
        Amounts.money(total.getCoverageGap()),
        Amounts.money(total.getRateGap()),
        Amounts.money(total.getUnsplitDifference()));
    out.printf("Keys never seen: %s%n", Amounts.money(total.getShadowCost()));
    if (!Amounts.money(total.getUncomparedCost()).startsWith("0.00 ")) {
      out.printf("Ours without a report of theirs: %s%n", Amounts.money(total.getUncomparedCost()));
    }
  }
}
