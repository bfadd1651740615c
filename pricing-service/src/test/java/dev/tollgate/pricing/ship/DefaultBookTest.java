package dev.tollgate.pricing.ship;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.Model;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class DefaultBookTest {
  private static final List<String> PROVIDERS =
      List.of("openai", "anthropic", "google", "mistral", "deepseek", "xai");

  @Test
  void defaultBook_asShipped_isCanonical() {
    assertThat(new String(DefaultBook.read().print(), StandardCharsets.UTF_8))
        .isEqualTo(new String(DefaultBook.bytes(), StandardCharsets.UTF_8));
  }

  @Test
  void defaultBook_hasModelsOfEveryLargeProvider() {
    var models = DefaultBook.read().models();
    var byProvider = models.stream().collect(Collectors.groupingBy(Model::provider));

    System.out.println(
        "[default book] "
            + models.size()
            + " models, "
            + models.stream().mapToInt(model -> model.prices().size()).sum()
            + " prices");
    assertThat(byProvider).containsKeys(PROVIDERS.toArray(String[]::new));
    assertThat(models.stream().filter(model -> PROVIDERS.contains(model.provider())))
        .hasSizeGreaterThanOrEqualTo(60);
    assertThat(models).hasSizeGreaterThanOrEqualTo(150);
  }

  @Test
  void defaultBook_everyRow_namesWhereItComesFromAndWhen() {
    for (var model : DefaultBook.read().models()) {
      for (var price : model.prices()) {
        assertThat(price.source()).as(price.id()).matches(".*(20\\d\\d).*");
      }
    }
  }

  @Test
  void defaultBook_everyMultiplier_namesItsSourceAndModelsThatAreInTheBook() {
    var book = DefaultBook.read();
    for (var multiplier : book.multipliers()) {
      assertThat(multiplier.source()).as(multiplier.id()).matches(".*(20\\d\\d).*");
      assertThat(multiplier.isDiscount()).as(multiplier.id()).isFalse();
      for (var name : multiplier.models()) {
        assertThat(book.match(multiplier.provider(), name.text()))
            .as(multiplier.id() + " " + name)
            .isPresent();
      }
    }
  }

  @Test
  void defaultBook_deepseekOnAWeekend_hasNoPeak() {
    var stack = PriceStack.of(DefaultBook.read());
    var friday = Instant.parse("2026-11-27T02:00:00Z");

    assertThat(deepseek(stack, friday)).isEqualTo("1.32");
    assertThat(deepseek(stack, friday.plus(Duration.ofDays(1)))).isEqualTo("0.66");
    assertThat(deepseek(stack, friday.plus(Duration.ofHours(3)))).isEqualTo("0.66");
  }

  private static String deepseek(PriceStack stack, Instant time) {
    return stack
        .price("deepseek", "deepseek-v4-pro", "", "", Bucket.INPUT, time, 1)
        .orElseThrow()
        .amount()
        .toPlainString();
  }

  @Test
  void defaultBook_batchOfAnthropic_isHalfForTokensAndSilentAboutSearches() {
    assertThat(batch(Map.of("input", 100_000L)).cost().toUnits()).isEqualByComparingTo("0.15");
    assertThat(batch(Map.of("input", 100_000L, "web_search", 1L)).unpriced())
        .containsExactly(Bucket.WEB_SEARCH);
  }

  private static Charge batch(Map<String, Long> buckets) {
    return PriceStack.of(DefaultBook.read())
        .rate(
            new Call(
                "anthropic",
                "claude-sonnet-4-5",
                Instant.parse("2026-08-01T00:00:00Z"),
                "batch",
                "",
                Usage.of(buckets)));
  }

  @Test
  void defaultBook_noTokenCostsMoreThanAThousandthOfADollar() {
    for (var model : DefaultBook.read().models()) {
      for (var price : model.prices()) {
        if (price.bucket().kind() != Bucket.Kind.OTHER) {
          assertThat(price.unitQuantity()).as(price.id()).isEqualTo(1_000_000);
          assertThat(price.amount()).as(price.id()).isLessThan(BigDecimal.valueOf(1_000));
        }
      }
    }
  }
}
