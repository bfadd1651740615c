package dev.tollgate.rating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Picos;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class FxTableTest {
  private static final String RATES =
      """
      {"id": "ecb", "rates": [
        {"from": "USD", "to": "EUR", "date": "2026-08-03", "rate": "0.9", "source": "test"},
        {"from": "USD", "to": "EUR", "date": "2026-08-10", "rate": "0.8", "source": "test"}]}
      """;

  private static FxTable table(String json) {
    try {
      return FxTable.parse(json.getBytes(StandardCharsets.UTF_8));
    } catch (PriceBookInvalid e) {
      throw new AssertionError(e);
    }
  }

  private static final Picos TEN = Picos.of(BigDecimal.TEN);

  @Test
  void convert_atADate_usesItsRateOrTheLastBefore() {
    var table = table(RATES);

    assertThat(table.convert(TEN, "USD", "EUR", LocalDate.parse("2026-08-09")).amount())
        .isEqualTo(Picos.of(new BigDecimal("9")));
    assertThat(table.convert(TEN, "USD", "EUR", LocalDate.parse("2026-08-10")).amount())
        .isEqualTo(Picos.of(new BigDecimal("8")));
    assertThat(table.convert(TEN, "EUR", "EUR", LocalDate.parse("1999-01-01")).amount())
        .isEqualTo(TEN);
  }

  @Test
  void convert_toAFractionOfAPico_roundsHalfToEvenAndSaysSo() {
    var converted = table(RATES).convert(new Picos(5), "USD", "EUR", LocalDate.parse("2026-08-04"));

    assertThat(converted.amount()).isEqualTo(new Picos(4));
    assertThat(converted.rounded()).isTrue();
  }

  @Test
  void convert_withoutARate_fails() {
    for (var date : new String[] {"2026-08-02", "2026-08-17"}) {
      assertThatThrownBy(() -> table(RATES).convert(TEN, "USD", "EUR", LocalDate.parse(date)))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> assertThat(failure.reason()).isEqualTo(Reason.FX_RATE_UNKNOWN));
    }
    assertThatThrownBy(() -> table(RATES).convert(TEN, "EUR", "USD", LocalDate.parse("2026-08-03")))
        .hasMessageContaining("EUR to USD");
  }

  @Test
  void parse_mistakes_areAllNamed() {
    var bad =
        RATES
            .replace("\"0.8\"", "\"-1\"")
            .replace("2026-08-10", "2026-02-30")
            .replace("\"EUR\", \"date\": \"2026-08-03\"", "\"USD\", \"date\": \"2026-08-03\"");

    assertThatThrownBy(() -> FxTable.parse(bad.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(PriceBookInvalid.class)
        .hasMessageContaining("rates[1]: rate: \"-1\"")
        .hasMessageContaining("2026-02-30")
        .hasMessageContaining("another currency");
  }
}
