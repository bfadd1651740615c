package dev.tollgate.query.fx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Picos;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FxTableTest {
  private static final FxTable TABLE =
      new FxTable(
          "ecb",
          "EUR",
          "test",
          7,
          List.of(rate("JPY", "2026-08-01", "0.006"), rate("USD", "2026-08-03", "0.9")),
          2,
          Instant.EPOCH,
          "");

  @Test
  void conversion_ofADay_hasItsRateOrTheLastBeforeThatHolds() {
    var later = rate("USD", "2026-08-05", "0.8");
    var table =
        new FxTable(
            "ecb",
            "EUR",
            "test",
            7,
            Stream.concat(TABLE.rates().stream(), Stream.of(later)).toList(),
            2,
            Instant.EPOCH,
            "");

    var conversion =
        table.conversion(
            List.of(
                day("USD", "2026-08-03"),
                day("USD", "2026-08-04"),
                day("USD", "2026-08-05"),
                day("USD", "2026-08-11"),
                day("JPY", "2026-08-07"),
                day("EUR", "1999-01-01")));

    assertThat(conversion.rates())
        .containsEntry(day("USD", "2026-08-03"), picos("0.9"))
        .containsEntry(day("USD", "2026-08-04"), picos("0.9"))
        .containsEntry(day("USD", "2026-08-05"), picos("0.8"))
        .containsEntry(day("USD", "2026-08-11"), picos("0.8"))
        .containsEntry(day("JPY", "2026-08-07"), picos("0.006"))
        .containsEntry(day("EUR", "1999-01-01"), picos("1"));
    assertThat(conversion.currency()).isEqualTo("EUR");
    assertThat(conversion.version()).isEqualTo(2);
    assertThat(conversion.currencies()).containsExactly("EUR", "JPY", "USD");
    assertThat(conversion.converted()).containsExactly("JPY", "USD");
  }

  @Test
  void conversion_withoutRates_namesSomeAndCountsAll() {
    var unknown =
        catchThrowableOfType(
            Failure.class,
            () ->
                TABLE.conversion(
                    List.of(
                        day("USD", "2026-08-02"), day("USD", "2026-08-10"),
                        day("USD", "2026-08-09"), day("GBP", "2026-08-03"))));

    assertThat(unknown.reason()).isEqualTo(Reason.FX_RATE_UNKNOWN);
    assertThat(unknown)
        .hasMessage(
            "no rate to EUR in ecb, version 2, of GBP on 2026-08-03, USD on 2026-08-02, USD on"
                + " 2026-08-10 (expected: one of that day or of the 6 before)");
    var many =
        LocalDate.parse("2026-07-01")
            .datesUntil(LocalDate.parse("2026-07-21"))
            .map(day -> new CurrencyDay("USD", day))
            .toList();
    assertThat(catchThrowableOfType(Failure.class, () -> TABLE.conversion(many)))
        .hasMessageContaining("USD on 2026-07-05, ... (20 in all) (expected");
  }

  private static CurrencyDay day(String currency, String day) {
    return new CurrencyDay(currency, LocalDate.parse(day));
  }

  private static FxRate rate(String currency, String date, String worth) {
    return new FxRate(currency, LocalDate.parse(date), picos(worth));
  }

  private static Picos picos(String units) {
    return Picos.of(new BigDecimal(units));
  }
}
