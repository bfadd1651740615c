package dev.tollgate.pricing;

import static dev.tollgate.pricing.TestBooks.price;
import static dev.tollgate.pricing.TestBooks.text;
import static dev.tollgate.pricing.TestPricing.OPERATOR;
import static dev.tollgate.pricing.TestPricing.assertReason;
import static dev.tollgate.pricing.TestPricing.createDraft;
import static dev.tollgate.pricing.TestPricing.publish;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.pricing.v1.BookChange;
import dev.tollgate.proto.pricing.v1.ChangeKind;
import dev.tollgate.proto.pricing.v1.DeleteDraftRequest;
import dev.tollgate.proto.pricing.v1.DraftState;
import dev.tollgate.proto.pricing.v1.EntryKind;
import dev.tollgate.proto.pricing.v1.GetDraftRequest;
import dev.tollgate.proto.pricing.v1.GetPriceBookRequest;
import dev.tollgate.proto.pricing.v1.ListDraftsRequest;
import dev.tollgate.proto.pricing.v1.ListPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.PriceBookVersion;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.tollgate.proto.pricing.v1.QuarantineCause;
import dev.tollgate.proto.pricing.v1.QuarantineItem;
import dev.tollgate.proto.pricing.v1.ReleaseQuarantinedRequest;
import dev.tollgate.proto.pricing.v1.UpdateDraftRequest;
import dev.tollgate.proto.pricing.v1.ValidateDraftRequest;
import dev.tollgate.proto.pricing.v1.ValidateDraftResponse;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The way of a book from draft to version, over the network and on a real store.
@NullMarked
@ExtendWith(StoresExtension.class)
class DraftIT {
  private final TestPricing pricing;
  private final PricingServiceBlockingStub operator;

  DraftIT(Stores stores) {
    pricing = new TestPricing(stores);
    operator = pricing.as(pricing.start(), OPERATOR);
  }

  @AfterEach
  void close() {
    pricing.close();
  }

  @Test
  void draft_createdValidatedPublished_isAVersionWithItsAuthor() throws Exception {
    var draft = createDraft(operator, "first", text("umbrella", "default", price("input", "2")));

    var review = validate("first");
    assertThat(review.getProblemsList()).isEmpty();
    assertThat(review.getQuarantineList()).isEmpty();
    assertThat(review.getAddedCount()).isEqualTo(3);
    assertThat(review.getChangesList())
        .extracting(BookChange::getEntryKind)
        .containsExactly(
            EntryKind.ENTRY_KIND_BOOK, EntryKind.ENTRY_KIND_MODEL, EntryKind.ENTRY_KIND_PRICE);
    assertThat(review.getDraft()).isEqualTo(draft);

    var version = publish(operator, draft);

    assertThat(version.getVersion()).isEqualTo(1);
    assertThat(version.getPublisher()).isEqualTo("bbbbbbbbbbbbbbbb");
    assertThat(version.getPriceCount()).isEqualTo(1);
    assertThat(versions()).contains(version);
    var content =
        operator.getPriceBook(
            GetPriceBookRequest.newBuilder().setPriceBookId("umbrella").setVersion(1).build());
    assertThat(content.getPriceBook()).isEqualTo(version);
    assertThat(PriceBook.parse(content.getContent().toByteArray()).ref()).isEqualTo("umbrella@1");
    var record = operator.getDraft(GetDraftRequest.newBuilder().setDraftId("first").build());
    assertThat(record.getDraft().getState()).isEqualTo(DraftState.DRAFT_STATE_PUBLISHED);
    assertThat(record.getDraft().getPublishedVersion()).isEqualTo(1);
    assertThat(record.getContent()).isEqualTo(ByteString.EMPTY);
  }

  @Test
  void create_again_isTheSameWithTheSameContentOnly() {
    var content = text("umbrella", "default", price("input", "2"));
    var draft = createDraft(operator, "one", content);

    assertThat(createDraft(operator, "one", content)).isEqualTo(draft);
    assertReason(
        Reason.DRAFT_EXISTS,
        () -> createDraft(operator, "one", text("umbrella", "default", price("input", "3"))));
  }

  @Test
  void change_ofAPrice_isShownWithBothAmountsAndTheirRatio() {
    publish(operator, createDraft(operator, "a", text("umbrella", "default", price("input", "2"))));
    createDraft(
        operator, "b", text("umbrella", "default", price("input", "3"), price("output", "9")));

    var review = validate("b");

    assertThat(review.getDraft().getComparedVersion()).isEqualTo(1);
    assertThat(review.getChangedCount()).isEqualTo(1);
    assertThat(review.getChangesList())
        .extracting(BookChange::getKind)
        .containsExactly(ChangeKind.CHANGE_KIND_CHANGED, ChangeKind.CHANGE_KIND_ADDED);
    var changed = review.getChanges(0);
    assertThat(changed.getOldPrice().getAmount().getAmount()).isEqualTo("2.000000000000");
    assertThat(changed.getNewPrice().getAmount().getAmount()).isEqualTo("3.000000000000");
    assertThat(changed.getFactor()).isEqualTo("1.5");
  }

  @Test
  void changes_inPages_areEachShownOnce() {
    createDraft(
        operator, "a", text("umbrella", "default", price("input", "2"), price("output", "3")));
    var entries = new ArrayList<String>();
    var token = "";
    do {
      var page =
          operator.validateDraft(
              ValidateDraftRequest.newBuilder()
                  .setDraftId("a")
                  .setPageSize(3)
                  .setPageToken(token)
                  .build());
      page.getChangesList().forEach(change -> entries.add(change.getEntry()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());

    assertThat(entries).containsExactly("book", "gpt-4o", "input", "output");
    assertReason(
        Reason.FIELD_INVALID,
        () ->
            operator.validateDraft(
                ValidateDraftRequest.newBuilder().setDraftId("a").setPageToken("x").build()));
  }

  @Test
  void quarantine_untilEachItemIsReleased_keepsFromPublishing() {
    publish(
        operator,
        createDraft(
            operator, "a", text("umbrella", "default", price("input", "2"), price("output", "8"))));
    var draft = createDraft(operator, "b", text("umbrella", "default", price("input", "20")));

    var items = validate("b").getQuarantineList();
    assertThat(items)
        .extracting(QuarantineItem::getCause)
        .containsExactlyInAnyOrder(
            QuarantineCause.QUARANTINE_CAUSE_LEAP, QuarantineCause.QUARANTINE_CAUSE_VANISHED);
    assertThat(assertReason(Reason.PRICES_QUARANTINED, () -> publish(operator, draft)))
        .contains(items.get(0).getItemId(), items.get(1).getItemId(), "2 becomes 20");

    var half = release("b", draft.getEtag(), List.of(items.get(0).getItemId())).getEtag();
    assertReason(Reason.PRICES_QUARANTINED, () -> publish(operator, draft(half, "b")));
    var all = release("b", half, List.of(items.get(1).getItemId(), items.get(0).getItemId()));

    assertThat(all.getReleasesList())
        .hasSize(2)
        .allSatisfy(each -> {
          assertThat(each.getReleaser()).isEqualTo("bbbbbbbbbbbbbbbb");
          assertThat(each.getNote()).isEqualTo("checked");
          assertThat(each.hasReleaseTime()).isTrue();
        });
    assertThat(validate("b").getUnreleasedCount()).isZero();
    assertThat(publish(operator, all).getVersion()).isEqualTo(2);
    assertThat(
            operator
                .getDraft(GetDraftRequest.newBuilder().setDraftId("b").build())
                .getDraft()
                .getReleasesList())
        .isEqualTo(all.getReleasesList());
  }

  @Test
  void release_ofOneValue_isNotOfAnother() {
    publish(operator, createDraft(operator, "a", text("umbrella", "default", price("input", "2"))));
    var draft = createDraft(operator, "b", text("umbrella", "default", price("input", "20")));
    var item = validate("b").getQuarantine(0).getItemId();
    assertThat(
            assertReason(
                Reason.FIELD_INVALID,
                () -> release("b", draft.getEtag(), List.of(item, "0123456789abcdef"))))
        .contains("item_ids[1]");
    var released = release("b", draft.getEtag(), List.of(item));

    var updated =
        operator
            .updateDraft(
                UpdateDraftRequest.newBuilder()
                    .setDraftId("b")
                    .setEtag(released.getEtag())
                    .setContent(
                        ByteString.copyFromUtf8(text("umbrella", "default", price("input", "200"))))
                    .build())
            .getDraft();

    assertThat(assertReason(Reason.PRICES_QUARANTINED, () -> publish(operator, updated)))
        .contains("2 becomes 200");
  }

  @Test
  void firstVersion_withAbsurdValues_isQuarantined() {
    var draft = createDraft(operator, "a", text("umbrella", "default", price("input", "1001")));

    assertThat(validate("a").getQuarantineList())
        .extracting(QuarantineItem::getCause)
        .containsExactly(QuarantineCause.QUARANTINE_CAUSE_EXCESSIVE);
    assertReason(Reason.PRICES_QUARANTINED, () -> publish(operator, draft));
  }

  @Test
  void staleEtag_changesNothing() {
    var old = createDraft(operator, "a", text("umbrella", "default", price("input", "2")));
    operator.updateDraft(update(old.getEtag(), "3"));

    assertReason(Reason.WRITE_CONFLICT, () -> publish(operator, old));
    assertReason(Reason.WRITE_CONFLICT, () -> operator.updateDraft(update(old.getEtag(), "4")));
    assertReason(Reason.WRITE_CONFLICT, () -> release("a", old.getEtag(), List.of("x")));
    assertReason(
        Reason.WRITE_CONFLICT,
        () ->
            operator.deleteDraft(
                DeleteDraftRequest.newBuilder().setDraftId("a").setEtag(old.getEtag()).build()));
    assertThat(versions()).extracting(PriceBookVersion::getPriceBookId).containsOnly("default");
  }

  @Test
  void publish_comparedWithAnOlderVersion_isAConflict() {
    publish(operator, createDraft(operator, "a", text("umbrella", "default", price("input", "2"))));
    var first = createDraft(operator, "b", text("umbrella", "default", price("input", "3")));
    var second = createDraft(operator, "c", text("umbrella", "default", price("input", "4")));
    publish(operator, first);

    assertReason(Reason.WRITE_CONFLICT, () -> publish(operator, second));
    assertThat(publish(operator, validate("c").getDraft()).getVersion()).isEqualTo(3);
  }

  @Test
  void publish_sameEtagAgain_isTheSameVersion() {
    var draft = createDraft(operator, "a", text("umbrella", "default", price("input", "2")));

    assertThat(publish(operator, draft)).isEqualTo(publish(operator, draft));
    assertReason(Reason.ALREADY_PUBLISHED, () -> publish(operator, draft("9-9", "a")));
    assertReason(Reason.ALREADY_PUBLISHED, () -> validate("a"));
    assertReason(Reason.ALREADY_PUBLISHED, () -> operator.updateDraft(update("1-0", "4")));
  }

  @Test
  void publish_onTwoInstancesAtOnce_oneWins() throws Exception {
    var other = pricing.as(pricing.start(), OPERATOR);
    var outcomes = new ArrayList<String>();
    for (int round = 1; round <= 3; round++) {
      var content = "%d." + round;
      var one =
          createDraft(
              operator,
              "one-" + round,
              text("umbrella", "default", price("input", content.formatted(2))));
      var two =
          createDraft(
              other,
              "two-" + round,
              text("umbrella", "default", price("input", content.formatted(3))));
      try (var threads = Executors.newFixedThreadPool(2)) {
        Callable<PriceBookVersion> first = () -> publish(operator, one);
        Callable<PriceBookVersion> second = () -> publish(other, two);
        for (var result : threads.invokeAll(List.of(first, second))) {
          outcomes.add(
              result.state() == Future.State.SUCCESS
                  ? "v" + result.resultNow().getVersion()
                  : "conflict");
          if (result.state() == Future.State.FAILED) {
            assertReason(
                Reason.WRITE_CONFLICT,
                () -> {
                  throw (RuntimeException) result.exceptionNow();
                });
          }
        }
      }
    }

    assertThat(outcomes)
        .containsExactlyInAnyOrder("v1", "conflict", "v2", "conflict", "v3", "conflict");
  }

  @Test
  void deletedDraft_isGoneAndItsIdFree() {
    var draft = createDraft(operator, "a", text("umbrella", "default", price("input", "2")));
    operator.deleteDraft(
        DeleteDraftRequest.newBuilder().setDraftId("a").setEtag(draft.getEtag()).build());

    assertThat(operator.listDrafts(ListDraftsRequest.getDefaultInstance()).getDraftsList())
        .isEmpty();
    for (var call :
        List.<Runnable>of(
            () -> validate("a"),
            () -> publish(operator, draft),
            () -> operator.updateDraft(update(draft.getEtag(), "4")),
            () -> release("a", draft.getEtag(), List.of("x")),
            () -> operator.getDraft(GetDraftRequest.newBuilder().setDraftId("a").build()),
            () ->
                operator.deleteDraft(
                    DeleteDraftRequest.newBuilder()
                        .setDraftId("a")
                        .setEtag(draft.getEtag())
                        .build()))) {
      assertReason(Reason.DRAFT_UNKNOWN, call);
    }
    assertThat(
            createDraft(operator, "a", text("umbrella", "default", price("input", "5"))).getEtag())
        .isNotEqualTo(draft.getEtag());
  }

  @Test
  void drafts_aboveTheLimit_areRefusedUntilOneIsGone() {
    IntStream.range(0, 20)
        .forEach(
            i -> createDraft(operator, "d" + i, text("umbrella", "default", price("input", "2"))));

    assertThat(
            assertReason(
                Reason.LIMIT_REACHED,
                () -> createDraft(operator, "x", text("umbrella", "default", price("input", "2")))))
        .contains("20 drafts");
    publish(operator, validate("d3").getDraft());
    createDraft(operator, "x", text("umbrella", "default", price("input", "2")));

    var page = operator.listDrafts(ListDraftsRequest.newBuilder().setPageSize(20).build());
    assertThat(page.getDraftsCount()).isEqualTo(20);
    assertThat(
            operator
                .listDrafts(
                    ListDraftsRequest.newBuilder().setPageToken(page.getNextPageToken()).build())
                .getDraftsList())
        .singleElement()
        .satisfies(draft -> assertThat(draft.getDraftId()).isEqualTo("x"));
  }

  private List<PriceBookVersion> versions() {
    return operator.listPriceBooks(ListPriceBooksRequest.getDefaultInstance()).getPriceBooksList();
  }

  private ValidateDraftResponse validate(String id) {
    return operator.validateDraft(ValidateDraftRequest.newBuilder().setDraftId(id).build());
  }

  private dev.tollgate.proto.pricing.v1.Draft release(String id, String etag, List<String> items) {
    return operator
        .releaseQuarantined(
            ReleaseQuarantinedRequest.newBuilder()
                .setDraftId(id)
                .setEtag(etag)
                .addAllItemIds(items)
                .setNote("checked")
                .build())
        .getDraft();
  }

  private static dev.tollgate.proto.pricing.v1.Draft draft(String etag, String id) {
    return dev.tollgate.proto.pricing.v1.Draft.newBuilder().setDraftId(id).setEtag(etag).build();
  }

  private static UpdateDraftRequest update(String etag, String amount) {
    return UpdateDraftRequest.newBuilder()
        .setDraftId("a")
        .setEtag(etag)
        .setContent(ByteString.copyFromUtf8(text("umbrella", "default", price("input", amount))))
        .build();
  }
}
