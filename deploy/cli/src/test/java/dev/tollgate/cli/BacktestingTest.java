package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.budget.v1.BacktestBudget;
import dev.tollgate.proto.budget.v1.BacktestHit;
import dev.tollgate.proto.budget.v1.BacktestReport;
import dev.tollgate.proto.common.v1.Money;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class BacktestingTest {
  @Test
  void print_denials_saysWhatWhoseAndSinceWhen() {
    var report =
        BacktestReport.newBuilder()
            .setEvents(12_000)
            .setDenied(30)
            .addSaved(usd("41.250000000000"))
            .setUnpriced(7)
            .addBudgets(
                BacktestBudget.newBuilder()
                    .setBudgetId("search")
                    .setBudgetDisplayName("Search")
                    .setDenied(30)
                    .addSaved(usd("41.250000000000"))
                    .setFirstDenialTime(time("2026-03-10T09:00:00Z"))
                    .addHits(
                        BacktestHit.newBuilder()
                            .setTeam("search")
                            .setUser("ada")
                            .setDenied(29)
                            .setFirstDenialTime(time("2026-03-10T09:00:00Z")))
                    .addHits(
                        BacktestHit.newBuilder()
                            .setDenied(1)
                            .setFirstDenialTime(time("2026-03-11T09:00:00Z"))));

    assertThat(printed(report.build()))
        .isEqualTo(
            """
            12,000 calls, of which 30 would have been denied (0.25 %): 41.25 USD less.
            7 calls could not be decided, mostly as no price of theirs is known: they passed.
            BUDGET  DENIED  SHARE   SAVES      FIRST
            search  30      0.25 %  41.25 USD  2026-03-10T09:00:00Z

            search would have hit:
              29 calls of team search, user ada, first at 2026-03-10T09:00:00Z
              1 calls of nobody that is known, first at 2026-03-11T09:00:00Z
            """);
  }

  @Test
  void print_nothingDenied_isOneLine() {
    assertThat(printed(BacktestReport.newBuilder().setEvents(5).build()))
        .isEqualTo("5 calls, of which 0 would have been denied (0.00 %).\n");
    assertThat(printed(BacktestReport.getDefaultInstance()))
        .isEqualTo("0 calls, of which 0 would have been denied (0 %).\n");
  }

  @Test
  void ago_hoursDaysAndWeeks_areRead() {
    var ago = new Ago();

    assertThat(ago.convert("12h")).isEqualTo(Duration.ofHours(12));
    assertThat(ago.convert("30d")).isEqualTo(Duration.ofDays(30));
    assertThat(ago.convert("4w")).isEqualTo(Duration.ofDays(28));
    for (var bad : new String[] {"", "0d", "-1d", "1m", "1.5d", "30", "d", "999999d"}) {
      assertThatThrownBy(() -> ago.convert(bad))
          .isInstanceOf(TypeConversionException.class)
          .hasMessageContaining("like 12h, 30d or 4w");
    }
  }

  private static String printed(BacktestReport report) {
    var out = new StringWriter();
    new Backtesting(new PrintWriter(out), new PrintWriter(new StringWriter())).print(report);
    return out.toString();
  }

  private static Money usd(String amount) {
    return Money.newBuilder().setCurrencyCode("USD").setAmount(amount).build();
  }

  private static Timestamp time(String instant) {
    return Timestamps.fromMillis(Instant.parse(instant).toEpochMilli());
  }
}
