package dev.tollgate.pricing.ship;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Model;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
