package dev.tollgate.pricing.ship;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.money.Picos;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.ContextTier;
import dev.tollgate.rating.Model;
import dev.tollgate.rating.Price;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import dev.tollgate.seed.Seeds;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class DefaultBookSumTest {
  private static final Instant NOW = Instant.parse("2026-08-15T12:00:00Z");
  private static final int CALLS = 20;

  private final PriceStack stack = PriceStack.of(DefaultBook.read());

  @Test
  void rate_everyPriceWithoutTiers_sumsUpToPriceTimesTokens() {
    var checked = new LongAdder();
    Seeds.check(
        "sum of rows is price times sum of tokens",
        20,
        500,
        (seed, random) -> {
          for (var model : stack.books().getFirst().models()) {
            for (var price : model.prices()) {
              if (isPlain(model, price)) {
                var sum = BigDecimal.ZERO;
                long tokens = 0;
                for (int i = 0; i < CALLS; i++) {
                  var quantity = 1 + random.nextLong(1_000_000);
                  tokens += quantity;
                  sum = sum.add(cost(model, price, quantity).toUnits());
                }
                var exact =
                    price
                        .amount()
                        .multiply(BigDecimal.valueOf(tokens))
                        .divide(BigDecimal.valueOf(price.unitQuantity()));
                assertThat(sum).as(price.id()).isEqualByComparingTo(exact);
                checked.increment();
              }
            }
          }
        });
    System.out.println("[seeds] prices summed up: " + checked);
    assertThat(checked.sum()).isGreaterThan(10_000);
  }

  /// Whether the price is the one of every size of input of this bucket, tier and region now.
  private static boolean isPlain(Model model, Price price) {
    return price.holdsAt(NOW)
        && price.bucket() != Bucket.PROVIDER_TICKS
        && model.prices().stream()
            .filter(other -> other.bucket() == price.bucket())
            .allMatch(other ->
                other.contextTier().equals(ContextTier.BASE)
                    && other.schedule().isAlways()
                    && other.volume().steps().isEmpty()
                    && other.allotment().quantity() == 0)
        && model.prices().stream().noneMatch(other -> other.bucket() == Bucket.REQUEST);
  }

  private Picos cost(Model model, Price price, long quantity) {
    var usage = Usage.of(Map.of(price.bucket().bucketName(), quantity));
    var charge =
        stack.rate(
            new Call(
                model.provider(), model.name(), NOW, price.serviceTier(), price.region(), usage));
    assertThat(charge.status()).as(price.id()).isIn(ChargeStatus.PRICED, ChargeStatus.PRICED_ZERO);
    assertThat(charge.rounded()).as(price.id()).isFalse();
    return charge.cost();
  }
}
