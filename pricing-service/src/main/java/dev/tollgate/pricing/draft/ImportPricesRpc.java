package dev.tollgate.pricing.draft;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.pricing.gather.Comparison;
import dev.tollgate.pricing.gather.Disagreement;
import dev.tollgate.pricing.gather.Gathered;
import dev.tollgate.pricing.gather.Gathering;
import dev.tollgate.pricing.gather.Known;
import dev.tollgate.pricing.gather.Refusal;
import dev.tollgate.pricing.publish.Visibility;
import dev.tollgate.proto.pricing.v1.ImportPricesRequest;
import dev.tollgate.proto.pricing.v1.ImportPricesResponse;
import dev.tollgate.proto.pricing.v1.PriceCollectionFormat;
import dev.tollgate.rating.Shelf;
import dev.tollgate.time.TimeSource;
import java.util.List;

/// Makes a draft of prices that others publish, or only says what it would hold.
public final class ImportPricesRpc {
  private static final int ORIGIN_MAX = 300;
  private static final int LISTED_MAX = 1_000;

  private final Desk desk;
  private final Visibility visibility;
  private final TimeSource time;

  public ImportPricesRpc(Desk desk, Visibility visibility, TimeSource time) {
    this.desk = desk;
    this.visibility = visibility;
    this.time = time;
  }

  public ImportPricesResponse answer(ImportPricesRequest request) {
    var author = Author.current();
    var fields = new Fields();
    fields.text("origin", request.getOrigin(), 0, ORIGIN_MAX);
    var stores = !request.getDraftId().isEmpty();
    if (stores) {
      fields.id("draft_id", request.getDraftId());
    }
    var bookId = request.getPriceBookId().isEmpty() ? author.tenant() : request.getPriceBookId();
    if (stores || !bookId.isEmpty()) {
      fields.id("price_book_id", bookId);
    }
    fields.check();

    var gathered =
        Gathering.gather(
            request.getContent().toByteArray(), new Known(request.getOrigin(), List.of()));
    var answer = report(gathered);
    disagreements(gathered, author, answer);
    if (stores) {
      var base = bookId.equals(Shelf.DEFAULT) ? "" : Shelf.DEFAULT;
      var draft = desk.create(author, request.getDraftId(), gathered.book().withId(bookId, base));
      answer.setDraft(DraftAnswer.of(desk, draft));
    }
    return answer.build();
  }

  private static ImportPricesResponse.Builder report(Gathered gathered) {
    var report = gathered.report();
    var answer =
        ImportPricesResponse.newBuilder()
            .setFormat(
                switch (report.format()) {
                  case LITELLM -> PriceCollectionFormat.PRICE_COLLECTION_FORMAT_LITELLM;
                  case GENAI_PRICES -> PriceCollectionFormat.PRICE_COLLECTION_FORMAT_GENAI_PRICES;
                })
            .setEntryCount(report.entries())
            .setModelCount(report.models())
            .setPriceCount(report.prices())
            .setMultiplierCount(report.multipliers());
    report
        .countByRule()
        .forEach((rule, count) ->
            answer.addRefusalCountsBuilder().setRule(rule.name()).setCount(count.intValue()));
    report.refused().stream().limit(LISTED_MAX).forEach(each -> add(answer, each));
    return answer;
  }

  private static void add(ImportPricesResponse.Builder answer, Refusal refusal) {
    answer
        .addRefusalsBuilder()
        .setEntry(refusal.entry())
        .setField(refusal.field())
        .setRule(refusal.rule().name())
        .setDescription(refusal.rule() + ": " + refusal.value());
  }

  private void disagreements(
      Gathered gathered, Author author, ImportPricesResponse.Builder answer) {
    var ours = visibility.book(author.tenant(), Shelf.DEFAULT, 0).book();
    var found = Comparison.of(List.of(gathered.book(), ours), time.now());
    answer.setDisagreementCount(found.size());
    found.stream().limit(LISTED_MAX).forEach(each -> add(answer, each));
  }

  private static void add(ImportPricesResponse.Builder answer, Disagreement disagreement) {
    var message =
        answer
            .addDisagreementsBuilder()
            .setProvider(disagreement.provider())
            .setModel(disagreement.model())
            .setBucket(disagreement.bucket().bucketName())
            .setServiceTier(disagreement.serviceTier())
            .setRegion(disagreement.region())
            .setAboveTokens(disagreement.aboveTokens());
    disagreement
        .amounts()
        .forEach((ref, amount) -> message.putAmounts(ref, amount.toPlainString()));
  }
}
