package dev.tollgate.rating;

import static dev.tollgate.rating.Books.NOON;
import static dev.tollgate.rating.Books.price;
import static dev.tollgate.rating.Books.stack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Nanos;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class EstimateTest {
  private static final PriceStack PLAIN =
      stack(price("in", "input", "2", ""), price("out", "output", "10", ""));

  @Test
  void ceiling_plainModel_isInputAndOutputAtTheirPrices() {
    var estimate = PLAIN.ceiling(ask("", "", 1000, 100));

    assertThat(estimate.cost()).isEqualTo(new Nanos(3_000_000));
    assertThat(estimate.currency()).isEqualTo("USD");
    assertThat(estimate.bookRef()).isEqualTo("test@3");
  }

  @Test
  void ceiling_partOfANano_isRoundedUp() {
    var book = stack(price("in", "input", "0.0001", ""));

    assertThat(book.ceiling(ask("", "", 1, 0)).cost()).isEqualTo(new Nanos(1));
  }

  @Test
  void ceiling_cacheWritesDearerThanInput_areAssumed() {
    var book =
        stack(
            price("in", "input", "3", ""),
            price("write", "cache_write", "3.75", ""),
            price("write-1h", "cache_write_1h", "6", ""),
            price("read", "cache_read", "0.3", ""));

    assertThat(book.ceiling(ask("", "", 1_000_000, 0)).cost()).isEqualTo(new Nanos(6_000_000_000L));
  }

  @Test
  void ceiling_contextTier_countsOnlyWhereTheInputMayReachIt() {
    var above = "\"context_tier\": {\"threshold_tokens\": 1000, \"inclusive\": false}";
    var book = stack(price("in", "input", "1", ""), price("long", "input", "2", above));

    assertThat(book.ceiling(ask("", "", 1000, 0)).cost()).isEqualTo(new Nanos(1_000_000));
    assertThat(book.ceiling(ask("", "", 1001, 0)).cost()).isEqualTo(new Nanos(2_002_000));
  }

  @Test
  void ceiling_cheaperAboveAThreshold_isTheWorseOfBothSides() {
    var above = "\"context_tier\": {\"threshold_tokens\": 1000, \"inclusive\": true}";
    var book = stack(price("in", "input", "10", ""), price("long", "input", "1", above));

    assertThat(book.ceiling(ask("", "", 1001, 0)).cost()).isEqualTo(new Nanos(9_990_000));
  }

  @Test
  void ceiling_priceThatChangesMeanwhile_isTheDearer() {
    var change = NOON.plusSeconds(60);
    var book =
        stack(
            price("old", "input", "1", "\"to\": \"" + change + "\""),
            price("new", "input", "3", "\"from\": \"" + change + "\""));

    assertThat(book.ceiling(ask(NOON, change.minusNanos(1))).cost()).isEqualTo(new Nanos(1_000));
    assertThat(book.ceiling(ask(NOON, change)).cost()).isEqualTo(new Nanos(3_000));
  }

  @Test
  void ceiling_regionNotKnown_isThatOfTheDearest() {
    var book =
        stack(price("any", "input", "2", ""), price("eu", "input", "3", "\"region\": \"eu\""));

    assertThat(book.ceiling(ask("", "", 1000, 0)).cost()).isEqualTo(new Nanos(3_000_000));
    assertThat(book.ceiling(ask("", "us", 1000, 0)).cost()).isEqualTo(new Nanos(2_000_000));
  }

  @Test
  void ceiling_pricePerRequest_isInIt() {
    var book = stack(price("in", "input", "2", ""), price("request", "request", "1000000", ""));

    assertThat(book.ceiling(ask("", "", 0, 0)).cost()).isEqualTo(new Nanos(1_000_000_000));
  }

  @Test
  void ceiling_pricesThatTheAskDoesNotBound_areNotInIt() {
    var book =
        stack(
            price("in", "input", "2", ""),
            price("citation", "citation", "1000000", ""),
            price("search", "web_search", "1000000", ""));

    assertThat(book.ceiling(ask("", "", 1000, 0)).cost()).isEqualTo(new Nanos(2_000_000));
    assertThat(Usage.of(Map.of("citation", 5L, "input", 1L)).totalTokens()).isEqualTo(1);
  }

  @Test
  void ceiling_longNameOfAModel_isNotRepeatedWhole() {
    var ask = new Ask("p".repeat(999), "x".repeat(999), "", "", NOON, NOON, 1, 1);

    assertThatThrownBy(() -> PLAIN.ceiling(ask))
        .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(200));
  }

  @Test
  void ceiling_whatHasNoPrice_isRefused() {
    assertReason(
        Reason.MODEL_UNKNOWN, () -> PLAIN.ceiling(new Ask("p", "x", "", "", NOON, NOON, 1, 1)));
    assertReason(Reason.BUCKET_UNPRICED, () -> PLAIN.ceiling(ask("batch", "", 1, 1)));
    assertReason(
        Reason.BUCKET_UNPRICED,
        () -> stack(price("in", "input", "1", "")).ceiling(ask("", "", 1, 1)));
    assertReason(
        Reason.BUCKET_UNPRICED,
        () ->
            stack(price("in", "input", "1", "\"to\": \"" + NOON.plusSeconds(1) + "\""))
                .ceiling(ask(NOON, NOON.plusSeconds(1))));
  }

  @Test
  void ceiling_outputNotAskedFor_needsNoPrice() {
    assertThat(stack(price("in", "input", "1", "")).ceiling(ask("", "", 1, 0)).cost())
        .isEqualTo(new Nanos(1_000));
  }

  @Test
  void ceiling_aboveWhatARowCanHold_isRefused() {
    var dear = stack(price("in", "input", "1000000", ""), price("out", "output", "1000000", ""));

    assertReason(Reason.AMOUNT_UNREPRESENTABLE, () -> dear.ceiling(ask("", "", 100_000_000, 0)));
    assertReason(Reason.AMOUNT_UNREPRESENTABLE, () -> dear.ceiling(ask("", "", 0, 100_000_000)));
  }

  @Test
  void outputWithin_isTheLargestThatFits() {
    var estimate = PLAIN.ceiling(ask("", "", 1000, 100));

    assertThat(estimate.outputWithin(new Nanos(2_500_000), 1)).hasValue(50);
    assertThat(estimate.outputWithin(new Nanos(2_509_999), 1)).hasValue(50);
    assertThat(estimate.outputWithin(new Nanos(2_510_000), 1)).hasValue(51);
    assertThat(estimate.outputWithin(new Nanos(2_510_000), 51)).hasValue(51);
    assertThat(estimate.outputWithin(new Nanos(2_510_000), 52)).isEmpty();
    assertThat(estimate.outputWithin(new Nanos(1_999_999), 0)).isEmpty();
    assertThat(estimate.outputWithin(new Nanos(Long.MAX_VALUE), 1)).hasValue(100);
    assertThat(estimate.outputWithin(new Nanos(Long.MAX_VALUE), 101)).isEmpty();
  }

  @Test
  void ceiling_atOneInstant_hasThePriceOfThatHour() {
    var stack =
        Books.stack(
            Books.price("day", "input", "1", ""),
            Books.price("night", "input", "3", "\"schedule\": {\"hours\": [\"22:00-02:00\"]}"));
    var night = Instant.parse("2026-08-01T23:00:00Z");

    assertThat(stack.ceiling(ask(NOON, NOON)).cost()).isEqualTo(new Nanos(1_000));
    assertThat(stack.ceiling(ask(night, night)).cost()).isEqualTo(new Nanos(3_000));
  }

  private static Ask ask(String serviceTier, String region, long input, long output) {
    return new Ask(
        "p", "m", serviceTier, region, NOON, NOON.plus(Duration.ofMinutes(10)), input, output);
  }

  private static Ask ask(Instant from, Instant to) {
    return new Ask("p", "m", "", "", from, to, 1, 0);
  }

  private static void assertReason(Reason reason, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.reason()).isEqualTo(reason));
  }
}
