package dev.tollgate.cli;

import com.google.protobuf.ByteString;
import dev.tollgate.cli.price.Collections;
import dev.tollgate.cli.standalone.Running;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.proto.pricing.v1.ImportPricesRequest;
import dev.tollgate.proto.pricing.v1.PublishDraftRequest;
import dev.tollgate.proto.pricing.v1.ValidateDraftRequest;
import dev.tollgate.proto.pricing.v1.ValidateDraftResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes price books of others' collections.
@Command(
    name = "import",
    description = {
      "Makes a price book of LiteLLM's model_prices_and_context_window.json or of genai-prices'"
          + " data, told apart by their content. Says what was taken, what was refused and why, and"
          + " where the files disagree with each other and with the default book. Nothing is"
          + " merged.",
      "",
      "Alone it needs no service and changes nothing. With --draft it stores the book as a draft in"
          + " the installation that serves from --data, and says what that changes and what of it is"
          + " in quarantine; with --publish it publishes the draft if nothing is."
    },
    mixinStandardHelpOptions = true)
final class ImportPricesCommand implements Callable<Integer> {
  private static final int QUARANTINED = 1;

  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "The collections.")
  List<Path> files = List.of();

  @Option(
      names = "--origin",
      paramLabel = "TEXT",
      description = "How sources name the file: repository, commit and date (default: its name).")
  String origin = "";

  @Option(names = "--all", description = "List every refusal and every disagreement.")
  boolean all;

  @Option(
      names = "--out",
      paramLabel = "BOOK",
      description = "Write the book to this file, for price --book. Goes with one FILE.")
  Optional<Path> out = Optional.empty();

  @Option(
      names = "--draft",
      paramLabel = "ID",
      description = "Store the book as this draft. Goes with one FILE and --book.")
  Optional<String> draft = Optional.empty();

  @Option(
      names = "--book",
      paramLabel = "ID",
      description = "The book that the draft is of: default, or one that stands on it.")
  Optional<String> book = Optional.empty();

  @Option(names = "--publish", description = "Publish the draft. Goes with --draft.")
  boolean publish;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".tollgate",
      description = "The data directory of the installation (default: ${DEFAULT-VALUE}).")
  Path data = Path.of(".tollgate");

  ImportPricesCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    checkOptions();
    var collections = new Collections();
    files.forEach(file -> collections.read(file, origin));
    collections.print(spec.commandLine().getOut(), machine.time().now(), all);
    out.ifPresent(collections::write);
    if (draft.isEmpty()) {
      return 0;
    }
    try (var operator = Running.operator(data, machine.random())) {
      return store(operator, draft.get());
    }
  }

  private void checkOptions() {
    if (files.size() > 1 && (out.isPresent() || draft.isPresent())) {
      throw mistake("--out and --draft go with one FILE, not " + files.size());
    }
    if (draft.isPresent() != book.isPresent() || (publish && draft.isEmpty())) {
      throw mistake("--draft and --book go together, and --publish with them");
    }
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int store(TollgateClient operator, String id) {
    var request =
        ImportPricesRequest.newBuilder()
            .setContent(ByteString.copyFrom(Collections.bytes(files.getFirst())))
            .setOrigin(origin)
            .setDraftId(id)
            .setPriceBookId(book.orElseThrow())
            .build();
    var _ = operator.prices(stub -> stub.importPrices(request));
    var review =
        operator.prices(
            stub -> stub.validateDraft(ValidateDraftRequest.newBuilder().setDraftId(id).build()));
    print(review);
    if (review.getUnreleasedCount() > 0) {
      return publish ? QUARANTINED : 0;
    }
    if (publish) {
      var published =
          operator.prices(stub ->
              stub.publishDraft(
                  PublishDraftRequest.newBuilder()
                      .setDraftId(id)
                      .setEtag(review.getDraft().getEtag())
                      .build()));
      var version = published.getPriceBook();
      spec.commandLine()
          .getOut()
          .printf("Published %s@%d%n", version.getPriceBookId(), version.getVersion());
    }
    return 0;
  }

  private void print(ValidateDraftResponse review) {
    var out = spec.commandLine().getOut();
    out.printf(
        "Draft %s of %s: %d entries added, %d changed, %d removed; in quarantine: %d%n",
        review.getDraft().getDraftId(),
        review.getDraft().getPriceBookId(),
        review.getAddedCount(),
        review.getChangedCount(),
        review.getRemovedCount(),
        review.getUnreleasedCount());
    for (var item : review.getQuarantineList()) {
      out.printf(
          "  %s %s/%s %s: %s -> %s (item %s)%n",
          item.getCause().name().replace("QUARANTINE_CAUSE_", ""),
          item.getProvider(),
          item.getModel(),
          item.getBucket(),
          item.getOldValue().isEmpty() ? "none" : item.getOldValue(),
          item.getNewValue().isEmpty() ? "none" : item.getNewValue(),
          item.getItemId());
    }
    if (review.getUnreleasedCount() > 0) {
      out.println(
          "Not published while these are in quarantine: look at each, then release them with"
              + " PricingService.ReleaseQuarantined (POST /v1/priceDrafts/ID:release).");
    }
    out.flush();
  }
}
