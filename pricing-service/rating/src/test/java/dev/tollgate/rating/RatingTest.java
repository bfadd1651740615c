package dev.tollgate.rating;

import static dev.tollgate.rating.Books.NOON;
import static dev.tollgate.rating.Books.call;
import static dev.tollgate.rating.Books.price;
import static dev.tollgate.rating.Books.stack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Picos;
import dev.tollgate.rating.Charge.Line;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class RatingTest {
  private static final PriceStack PLAIN =
      stack(price("in", "input", "2.5", ""), price("out", "output", "10", ""));

  @Test
  void rate_plainCall_isTheSumOfItsLines() {
    var charge = PLAIN.rate(call(Map.of("input", 1000L, "output", 100L)));

    assertThat(charge.status()).isEqualTo(ChargeStatus.PRICED);
    assertThat(charge.cost()).isEqualTo(new Picos(3_500_000_000L));
    assertThat(charge.listCost()).isEqualTo(charge.cost());
    assertThat(charge.lines())
        .containsExactly(
            new Line(
                Bucket.INPUT, 1000, new Charge.Applied("in", "test@3", List.of()), 2_500_000_000L),
            new Line(
                Bucket.OUTPUT,
                100,
                new Charge.Applied("out", "test@3", List.of()),
                1_000_000_000L));
    assertThat(charge.rounded()).isFalse();
    assertThat(charge.currency()).isEqualTo("USD");
    assertThat(charge.bookRef()).isEqualTo("test@3");
  }

  @Test
  void rate_alias_isBilledAsItsModel() {
    var usage = Usage.of(Map.of("input", 1000L));

    assertThat(PLAIN.rate(new Call("p", "m-latest", NOON, "", "", usage)).cost())
        .isEqualTo(PLAIN.rate(new Call("p", "m", NOON, "", "", usage)).cost());
  }

  @Test
  void rate_unknownModel_isUnpriced() {
    var usage = Usage.of(Map.of("input", 1000L));

    for (var call :
        List.of(
            new Call("p", "m2", NOON, "", "", usage), new Call("q", "m", NOON, "", "", usage))) {
      var charge = PLAIN.rate(call);
      assertThat(charge.status()).isEqualTo(ChargeStatus.UNPRICED_MODEL);
      assertThat(charge.cost()).isEqualTo(Picos.ZERO);
      assertThat(charge.currency()).isEqualTo("USD");
    }
  }

  @Test
  void rate_bucketWithoutPrice_isUnpricedAsAWhole() {
    var charge = PLAIN.rate(call(Map.of("input", 1000L, "web_search", 1L)));

    assertThat(charge.status()).isEqualTo(ChargeStatus.UNPRICED_BUCKET);
    assertThat(charge.cost()).isEqualTo(Picos.ZERO);
    assertThat(charge.lines()).isEmpty();
    assertThat(charge.unpriced()).containsExactly(Bucket.WEB_SEARCH);
  }

  @Test
  void rate_bucketWithoutPriceAndUnused_isPriced() {
    assertThat(PLAIN.rate(call(Map.of("input", 1L, "web_search", 0L))).status())
        .isEqualTo(ChargeStatus.PRICED);
  }

  @Test
  void rate_missingUsage_hasItsOwnStatus() {
    assertThat(PLAIN.rate(new Call("p", "m", NOON, "", "", Usage.MISSING)).status())
        .isEqualTo(ChargeStatus.USAGE_MISSING);
  }

  @Test
  void rate_nothingUsed_isKnownToBeFree() {
    assertThat(PLAIN.rate(call(Map.of())).status()).isEqualTo(ChargeStatus.PRICED_ZERO);
  }

  @Test
  void rate_listPriceOfZero_isKnownToBeFree() {
    var book = stack(price("in", "input", "0", ""), price("out", "output", "1", ""));

    assertThat(book.rate(call(Map.of("input", 5L))).status()).isEqualTo(ChargeStatus.PRICED_ZERO);
    assertThat(book.rate(call(Map.of("input", 5L, "output", 1L))).status())
        .isEqualTo(ChargeStatus.PRICED);
  }

  @Test
  void rate_serviceTier_isNeverSilentlyStandard() {
    var book =
        stack(
            price("in", "input", "2", ""),
            price("in-batch", "input", "1", "\"service_tier\": \"batch\""));
    var usage = Map.of("input", 1_000_000L);

    assertThat(book.rate(call("batch", "", NOON, usage)).cost().value())
        .isEqualTo(1_000_000_000_000L);
    assertThat(book.rate(call("standard", "", NOON, usage)).cost().value())
        .isEqualTo(2_000_000_000_000L);
    assertThat(book.rate(call("flex", "", NOON, usage)).status())
        .isEqualTo(ChargeStatus.UNPRICED_BUCKET);
  }

  @Test
  void rate_region_takesItsOwnPriceElseThatOfEveryRegion() {
    var book =
        stack(price("any", "input", "2", ""), price("eu", "input", "3", "\"region\": \"eu\""));
    var usage = Map.of("input", 1L);

    assertThat(book.rate(call("", "eu", NOON, usage)).lines().getFirst().priceId()).isEqualTo("eu");
    assertThat(book.rate(call("", "us", NOON, usage)).lines().getFirst().priceId())
        .isEqualTo("any");
    assertThat(book.rate(call("", "", NOON, usage)).lines().getFirst().priceId()).isEqualTo("any");
  }

  @Test
  void rate_priceThatEnds_holdsUpToThatInstantOnly() {
    var change = "2026-08-01T12:00:00Z";
    var book =
        stack(
            price("old", "input", "2", "\"to\": \"" + change + "\""),
            price("new", "input", "1", "\"from\": \"" + change + "\""));
    var usage = Map.of("input", 1L);

    assertThat(book.rate(call("", "", NOON.minusNanos(1), usage)).lines().getFirst().priceId())
        .isEqualTo("old");
    assertThat(book.rate(call("", "", NOON, usage)).lines().getFirst().priceId()).isEqualTo("new");
  }

  @Test
  void rate_contextTier_movesTheWholeCall() {
    var above = "\"context_tier\": {\"threshold_tokens\": 200000, \"inclusive\": false}";
    var book =
        stack(
            price("in", "input", "3", ""),
            price("in-long", "input", "6", above),
            price("cache", "cache_read", "0.3", ""),
            price("cache-long", "cache_read", "0.6", above),
            price("out", "output", "15", ""),
            price("out-long", "output", "22.5", above));

    var below = book.rate(call(Map.of("cache_read", 200_000L, "output", 1000L)));
    var beyond = book.rate(call(Map.of("input", 1L, "cache_read", 200_000L, "output", 1000L)));

    assertThat(below.lines()).extracting(Line::priceId).containsExactly("cache", "out");
    assertThat(beyond.lines())
        .extracting(Line::priceId)
        .containsExactly("in-long", "cache-long", "out-long");
    assertThat(beyond.cost().value()).isEqualTo(142_506_000_000L);
  }

  @Test
  void rate_inclusiveContextTier_beginsAtItsThreshold() {
    var book =
        stack(
            price("in", "input", "3", ""),
            price(
                "in-long",
                "input",
                "6",
                "\"context_tier\": {\"threshold_tokens\": 128000, \"inclusive\": true}"));

    assertThat(book.rate(call(Map.of("input", 127_999L))).lines().getFirst().priceId())
        .isEqualTo("in");
    assertThat(book.rate(call(Map.of("input", 128_000L))).lines().getFirst().priceId())
        .isEqualTo("in-long");
  }

  @Test
  void rate_serviceTierThatListsNoLongContext_isUnpricedThere() {
    var above = "\"context_tier\": {\"threshold_tokens\": 1000, \"inclusive\": false}";
    var change = "\"2026-09-01T00:00:00Z\"";
    var book =
        stack(
            price("in", "input", "3", ""),
            price("in-long", "input", "6", above + ", \"to\": " + change),
            price("flex", "input", "1", "\"service_tier\": \"flex\""));
    var usage = Map.of("input", 1001L);

    assertThat(book.rate(call("flex", "", NOON, Map.of("input", 1000L))).status())
        .isEqualTo(ChargeStatus.PRICED);
    assertThat(book.rate(call("flex", "", NOON, usage)).status())
        .isEqualTo(ChargeStatus.UNPRICED_BUCKET);
    assertThat(book.rate(call("flex", "", Instant.parse("2026-09-01T00:00:00Z"), usage)).status())
        .isEqualTo(ChargeStatus.PRICED);
  }

  @Test
  void rate_bucketWithAFallback_namesThePriceItWasRatedAt() {
    var book =
        stack(
            price("in", "input", "1", ""),
            price("write", "cache_write", "1", ""),
            price("read", "cache_read", "1", ""),
            price("out", "output", "1", ""));

    var charge =
        book.rate(
            call(
                Map.of(
                    "input_text", 1L,
                    "input_image", 1L,
                    "cache_read_text", 1L,
                    "cache_write_5m", 1L,
                    "output_text", 1L,
                    "reasoning", 1L)));

    assertThat(charge.lines())
        .extracting(line -> line.bucket() + " at " + line.priceId())
        .containsExactly(
            "input_text at in",
            "input_image at in",
            "cache_read_text at read",
            "cache_write_5m at write",
            "output_text at out",
            "reasoning at out");
  }

  @Test
  void rate_bucketsThatMayCostMore_haveNoFallback() {
    var book =
        stack(
            price("in", "input", "1", ""),
            price("write", "cache_write", "1", ""),
            price("out", "output", "1", ""));

    for (var bucket :
        List.of(
            "input_audio", "output_audio", "output_image", "cache_write_1h", "cache_read_audio")) {
      assertThat(book.rate(call(Map.of(bucket, 1L))).status())
          .isEqualTo(ChargeStatus.UNPRICED_BUCKET);
    }
  }

  @Test
  void rate_lineThatIsNoWholePico_isRoundedHalfEvenAndFlagged() {
    var half = price("in", "input", "0.0000005", "");

    assertThat(cost(half, 1)).isEqualTo(0);
    assertThat(cost(half, 2)).isEqualTo(1);
    assertThat(cost(half, 3)).isEqualTo(2);
    assertThat(cost(half, 5)).isEqualTo(2);
    assertThat(stack(half).rate(call(Map.of("input", 1L))).rounded()).isTrue();
    assertThat(stack(half).rate(call(Map.of("input", 2L))).rounded()).isFalse();
    assertThat(stack(half).rate(call(Map.of("input", 1L))).status()).isEqualTo(ChargeStatus.PRICED);
  }

  private static long cost(String price, long tokens) {
    return stack(price).rate(call(Map.of("input", tokens))).cost().value();
  }

  @Test
  void rate_costAboveALong_isRefused() {
    var dear = stack(price("in", "input", "1000000", ""), price("out", "output", "1000000", ""));

    assertThat(dear.rate(call(Map.of("input", 9_223_372L))).cost().value())
        .isEqualTo(9_223_372_000_000_000_000L);
    for (var usage :
        List.of(
            Map.of("input", 9_223_373L),
            Map.of("input", Usage.QUANTITY_MAX),
            Map.of("input", 9_000_000L, "output", 9_000_000L))) {
      assertThatThrownBy(() -> dear.rate(call(usage)))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> assertThat(failure.reason()).isEqualTo(Reason.AMOUNT_UNREPRESENTABLE));
    }
  }
}
