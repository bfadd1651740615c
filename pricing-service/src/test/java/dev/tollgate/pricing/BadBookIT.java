package dev.tollgate.pricing;

import static dev.tollgate.pricing.TestBooks.price;
import static dev.tollgate.pricing.TestBooks.text;
import static dev.tollgate.pricing.TestPricing.OPERATOR;
import static dev.tollgate.pricing.TestPricing.assertReason;
import static dev.tollgate.pricing.TestPricing.createDraft;
import static dev.tollgate.pricing.TestPricing.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.pricing.v1.BookProblem;
import dev.tollgate.proto.pricing.v1.Draft;
import dev.tollgate.proto.pricing.v1.ListDraftsRequest;
import dev.tollgate.proto.pricing.v1.ListPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.tollgate.proto.pricing.v1.UpdateDraftRequest;
import dev.tollgate.proto.pricing.v1.ValidateDraftRequest;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Books that break rules: each is refused with entry, field and rule, and leaves nothing behind.
@NullMarked
@ExtendWith(StoresExtension.class)
class BadBookIT {
  private static final String GOOD = text("umbrella", "default", price("input", "2"));

  private final TestPricing pricing;
  private final PricingServiceBlockingStub operator;

  BadBookIT(Stores stores) {
    pricing = new TestPricing(stores);
    operator = pricing.as(pricing.start(), OPERATOR);
  }

  @AfterEach
  void close() {
    pricing.close();
  }

  private static String with(String price) {
    return text("umbrella", "default", price);
  }

  private static Map<String, String> badBooks() {
    var bad = new LinkedHashMap<String, String>();
    bad.put("content: input: amount: \"-1\"", with(price("input", "-1")));
    bad.put("content: input: amount: \"NaN\"", with(price("input", "NaN")));
    bad.put("content: input: amount: \"1000001\"", with(price("input", "1000001")));
    bad.put(
        "content: input: amount: \"0.1234567890123456789012345678901234567890\"",
        with(price("input", "0.1234567890123456789012345678901234567890")));
    bad.put(
        "content: book: text: is not JSON at line 2",
        with(price("input", "1").replace("\"1\"", "NaN")));
    bad.put(
        "content: b: from: overlaps with input",
        with(
            price("input", "1")
                + ","
                + price("input", "2", "\"from\": \"2026-01-01T00:00:00Z\"")
                    .replace("\"id\": \"input\"", "\"id\": \"b\"")));
    bad.put(
        "content: openai/gpt-4o: aliases: gpt-4o (expected: not a name of",
        GOOD.replace("\"prices\"", "\"aliases\": [\"gpt-4o\"], \"prices\""));
    bad.put(
        "content: a/y: aliases: x (expected: not a name of x too)",
        """
        {"id": "umbrella", "version": 1, "base": "default", "currency": "USD", "models": [
          {"provider": "a", "model": "x", "aliases": ["y2"], "prices": [%s]},
          {"provider": "a", "model": "y", "aliases": ["x"], "prices": [%s]}]}
        """
            .formatted(
                price("input", "1"),
                price("input", "1").replace("\"id\": \"input\"", "\"id\": \"b\"")));
    bad.put("content: book: text: is not JSON", GOOD.substring(0, GOOD.length() / 2));
    bad.put("content: book: base: nowhere", GOOD.replace("\"default\"", "\"nowhere\""));
    bad.put("content: book: base: umbrella", GOOD.replace("\"default\"", "\"umbrella\""));
    bad.put("content: book: base: is missing", GOOD.replace("\"base\": \"default\",", ""));
    bad.put(
        "content: book: currency: EUR (expected: USD, as its base default@1)",
        GOOD.replace("USD", "EUR"));
    bad.put(
        "content: book: surprise: unknown field",
        GOOD.replace("\"base\"", "\"surprise\": 1, \"base\""));
    bad.put(
        "content: book: base: umbrella (expected: none, as the lowest of all)",
        text("default", "umbrella", price("input", "2")));
    return bad;
  }

  @Test
  void badBook_ofEveryKind_isRefusedWithEntryFieldAndRuleAndNotStored() {
    badBooks()
        .forEach((expected, content) ->
            assertThat(
                    assertReason(Reason.FIELD_INVALID, () -> createDraft(operator, "bad", content)))
                .as(content)
                .contains(expected));

    assertThat(operator.listDrafts(ListDraftsRequest.getDefaultInstance()).getDraftsList())
        .isEmpty();
    assertThat(
            operator.listPriceBooks(ListPriceBooksRequest.getDefaultInstance()).getPriceBooksList())
        .hasSize(1);
  }

  /* What is far larger than any request the transport itself refuses, before it is read. */
  @Test
  void book_largerThanTheServerTakes_isRefusedAndNotStored() {
    assertReason(
        Reason.REQUEST_TOO_LARGE, () -> createDraft(operator, "big", GOOD + " ".repeat(10 << 20)));
    assertThatThrownBy(() -> createDraft(operator, "big", GOOD + " ".repeat(50 << 20)))
        .hasMessageContaining("exceeds maximum size");

    assertThat(operator.listDrafts(ListDraftsRequest.getDefaultInstance()).getDraftsList())
        .isEmpty();
  }

  @Test
  void base_thatWouldStandOnItself_isRefusedAtPublishToo() {
    publish(operator, createDraft(operator, "a", GOOD));
    publish(operator, createDraft(operator, "b", GOOD.replace("\"umbrella\"", "\"other\"")));
    var down = createDraft(operator, "down", GOOD.replace("\"default\"", "\"other\""));
    var up = createDraft(operator, "up", text("other", "umbrella", price("input", "2")));
    publish(operator, down);

    var review = operator.validateDraft(ValidateDraftRequest.newBuilder().setDraftId("up").build());
    assertThat(review.getProblemsList())
        .containsExactly(
            BookProblem.newBuilder()
                .setEntry("book")
                .setField("base")
                .setRule("umbrella (expected: no book that stands on other)")
                .build());
    assertThat(assertReason(Reason.PRICE_BOOK_INVALID, () -> publish(operator, up)))
        .contains("book: base: umbrella");
  }

  @Test
  void stack_ofMoreThanFour_isRefusedFromAboveAndFromBelow() {
    publish(operator, createDraft(operator, "a", text("b1", "default", price("input", "2"))));
    publish(operator, createDraft(operator, "b", text("b2", "b1", price("input", "2"))));
    publish(operator, createDraft(operator, "c", text("b3", "b2", price("input", "2"))));

    assertThat(
            assertReason(
                Reason.FIELD_INVALID,
                () -> createDraft(operator, "d", text("b4", "b3", price("input", "2")))))
        .contains("at most 4 books");
    publish(operator, createDraft(operator, "e", text("b0", "default", price("input", "2"))));
    assertThat(
            assertReason(
                Reason.FIELD_INVALID,
                () -> createDraft(operator, "f", text("b1", "b0", price("input", "2")))))
        .contains("at most 4 books");
  }

  @Test
  void currency_ofABook_neverChanges() {
    publish(operator, createDraft(operator, "a", GOOD));

    assertThat(
            assertReason(
                Reason.FIELD_INVALID, () -> createDraft(operator, "b", GOOD.replace("USD", "EUR"))))
        .contains("currency: EUR (expected: USD, as umbrella@1)");
  }

  @Test
  void update_withABadBook_keepsTheDraft() {
    var draft = createDraft(operator, "a", GOOD);

    assertReason(Reason.FIELD_INVALID, () -> update(draft, with(price("input", "-1"))));
    assertThat(
            assertReason(
                Reason.FIELD_INVALID,
                () -> update(draft, GOOD.replace("\"umbrella\"", "\"other\""))))
        .contains("expected: umbrella");
    assertThat(createDraft(operator, "a", GOOD)).isEqualTo(draft);
  }

  private void update(Draft draft, String content) {
    operator.updateDraft(
        UpdateDraftRequest.newBuilder()
            .setDraftId(draft.getDraftId())
            .setEtag(draft.getEtag())
            .setContent(ByteString.copyFromUtf8(content))
            .build());
  }
}
