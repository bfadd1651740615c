package dev.tollgate.pricing;

import static dev.tollgate.pricing.TestPricing.OPERATOR;
import static dev.tollgate.pricing.TestPricing.assertReason;
import static dev.tollgate.pricing.TestPricing.publish;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.pricing.v1.Draft;
import dev.tollgate.proto.pricing.v1.GetDraftRequest;
import dev.tollgate.proto.pricing.v1.ImportPricesRequest;
import dev.tollgate.proto.pricing.v1.ImportPricesResponse;
import dev.tollgate.proto.pricing.v1.ImportRuleCount;
import dev.tollgate.proto.pricing.v1.ListDraftsRequest;
import dev.tollgate.proto.pricing.v1.PriceCollectionFormat;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.tollgate.proto.pricing.v1.QuarantineCause;
import dev.tollgate.proto.pricing.v1.QuarantineItem;
import dev.tollgate.proto.pricing.v1.ReleaseQuarantinedRequest;
import dev.tollgate.proto.pricing.v1.ValidateDraftRequest;
import dev.tollgate.proto.pricing.v1.ValidateDraftResponse;
import dev.tollgate.shared.SharedData;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Others' price collections, imported one after the other over the network.
@NullMarked
@ExtendWith(StoresExtension.class)
class ImportIT {
  private final TestPricing pricing;
  private final PricingServiceBlockingStub operator;

  ImportIT(Stores stores) {
    pricing = new TestPricing(stores);
    operator = pricing.as(pricing.start(), OPERATOR).withMaxInboundMessageSize(64 << 20);
  }

  @AfterEach
  void close() {
    pricing.close();
  }

  @Test
  void import_twoDatesOfLiteLlm_leapsAndWhatVanishedAreInQuarantine() throws IOException {
    var older = importFile("prices/litellm-2025-07-05.json", "old");
    assertThat(older.getFormat()).isEqualTo(PriceCollectionFormat.PRICE_COLLECTION_FORMAT_LITELLM);
    assertThat(older.getEntryCount()).isEqualTo(1_141);
    assertThat(older.getModelCount()).isGreaterThan(800);
    assertThat(publish(operator, older.getDraft()).getVersion()).isEqualTo(1);

    var newer = importFile("prices/litellm-2026-08-01.json", "new");
    var review = validate("new");
    assertThat(review.getQuarantineList())
        .extracting(QuarantineItem::getCause)
        .contains(QuarantineCause.QUARANTINE_CAUSE_LEAP, QuarantineCause.QUARANTINE_CAUSE_VANISHED);
    assertThat(newer.getRefusalCountsList())
        .extracting(ImportRuleCount::getRule)
        .contains("ABSURD");
    assertThat(newer.getRefusalsList())
        .anySatisfy(refusal -> {
          assertThat(refusal.getEntry()).startsWith("wandb/");
          assertThat(refusal.getRule()).isEqualTo("ABSURD");
        });
    assertReason(Reason.PRICES_QUARANTINED, () -> publish(operator, review.getDraft()));
    System.out.println(
        "[import] taken of 2026-08-01: %d models, %d prices; in quarantine: %d, of them leaps: %d"
            .formatted(
                newer.getModelCount(),
                newer.getPriceCount(),
                review.getUnreleasedCount(),
                leaps(review)));

    var released = releaseAll(review);

    assertThat(publish(operator, released).getVersion()).isEqualTo(2);
  }

  private static long leaps(ValidateDraftResponse review) {
    return review.getQuarantineList().stream()
        .filter(item -> item.getCause() == QuarantineCause.QUARANTINE_CAUSE_LEAP)
        .count();
  }

  private Draft releaseAll(ValidateDraftResponse first) {
    var review = first;
    while (review.getUnreleasedCount() > 0) {
      var items =
          review.getQuarantineList().stream()
              .filter(item -> !item.getReleased())
              .map(QuarantineItem::getItemId)
              .toList();
      var _ =
          operator.releaseQuarantined(
              ReleaseQuarantinedRequest.newBuilder()
                  .setDraftId("new")
                  .setEtag(review.getDraft().getEtag())
                  .addAllItemIds(items)
                  .setNote("a year lies between the two")
                  .build());
      review = validate("new");
    }
    return review.getDraft();
  }

  @Test
  void import_genaiPricesWithoutADraft_reportsAndStoresNothing() throws IOException {
    var report =
        operator.importPrices(
            ImportPricesRequest.newBuilder().setContent(file("prices/genai-prices.json")).build());

    assertThat(report.getFormat())
        .isEqualTo(PriceCollectionFormat.PRICE_COLLECTION_FORMAT_GENAI_PRICES);
    assertThat(report.getPriceCount()).isGreaterThan(3_000);
    assertThat(report.getDisagreementCount()).isPositive();
    assertThat(report.getDisagreements(0).getAmountsMap()).hasSize(2);
    assertThat(report.hasDraft()).isFalse();
    assertThat(operator.listDrafts(ListDraftsRequest.getDefaultInstance()).getDraftsList())
        .isEmpty();
  }

  @Test
  void import_ofWhatIsNoCollection_isRefusedAndStoresNothing() throws IOException {
    var whole = file("prices/litellm-2025-07-05.json");
    for (var bad :
        new ByteString[] {
          ByteString.EMPTY,
          ByteString.copyFromUtf8("42"),
          ByteString.copyFromUtf8("{\"a\": NaN}"),
          whole.substring(0, whole.size() / 2)
        }) {
      assertReason(
          Reason.FIELD_INVALID,
          () -> operator.importPrices(request("bad").setContent(bad).build()));
    }
    assertReason(
        Reason.FIELD_INVALID,
        () -> operator.importPrices(request("bad").setContent(whole).clearPriceBookId().build()));
    assertReason(
        Reason.DRAFT_UNKNOWN,
        () -> operator.getDraft(GetDraftRequest.newBuilder().setDraftId("bad").build()));
  }

  private ImportPricesResponse importFile(String name, String draft) throws IOException {
    return operator.importPrices(request(draft).setContent(file(name)).build());
  }

  private static ImportPricesRequest.Builder request(String draft) {
    return ImportPricesRequest.newBuilder()
        .setOrigin("copy of the tests")
        .setDraftId(draft)
        .setPriceBookId("litellm");
  }

  private ValidateDraftResponse validate(String draft) {
    return operator.validateDraft(ValidateDraftRequest.newBuilder().setDraftId(draft).build());
  }

  private static ByteString file(String name) throws IOException {
    return ByteString.copyFrom(Files.readAllBytes(SharedData.file(name)));
  }
}
