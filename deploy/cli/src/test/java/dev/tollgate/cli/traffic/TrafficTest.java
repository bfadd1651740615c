package dev.tollgate.cli.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Trace TRACE =
      new Trace(
          "t.csv",
          "00ff",
          List.of(
              new Trace.Row(Duration.ZERO, 10, 1), new Trace.Row(Duration.ofNanos(7), 20, 9_000)));

  @Test
  void day_sameSeed_isTheSame() {
    assertThat(DayTraffic.draw(500, START, 7)).isEqualTo(DayTraffic.draw(500, START, 7));
  }

  @Test
  void day_otherSeed_sharesNoId() {
    var ids = DayTraffic.draw(500, START, 8).calls().stream().map(Call::id).toList();

    assertThat(DayTraffic.draw(500, START, 7).calls())
        .extracting(Call::id)
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(ids);
  }

  @Test
  void day_liesWithinItsDay_inOrder() {
    var calls = DayTraffic.draw(2_000, START, 1).calls();

    assertThat(calls).extracting(Call::time).isSorted();
    assertThat(calls).allMatch(call -> !call.time().isBefore(START));
    assertThat(calls).allMatch(call -> call.time().isBefore(START.plus(Duration.ofDays(1))));
  }

  @Test
  void day_everyTeamOfEveryTenant_calls() {
    var traffic = DayTraffic.draw(2_000, START, 1);

    for (var tenant : traffic.tenants()) {
      for (var team : tenant.teams()) {
        assertThat(traffic.calls())
            .anyMatch(call ->
                call.tenant().equals(tenant.id())
                    && call.dimensions().getTeam().equals(team.name()));
      }
    }
  }

  @Test
  void trace_rows_keepTheirTokensAndGaps() {
    var calls = TraceTraffic.of(TRACE, "openai", "gpt-4o", "USD", START, 1).calls();

    assertThat(calls).extracting(Call::time).containsExactly(START, START.plusNanos(7));
    assertThat(calls).extracting(Call::inputTokens).containsExactly(10L, 20L);
    assertThat(calls).extracting(Call::outputTokens).containsExactly(1L, 9_000L);
    assertThat(calls).allMatch(call -> call.maxOutputTokens() >= call.outputTokens());
  }

  @Test
  void trace_otherSeedModelOrTime_sharesNoId() {
    var ids =
        List.of(
            TraceTraffic.of(TRACE, "openai", "gpt-4o", "USD", START, 1),
            TraceTraffic.of(TRACE, "openai", "gpt-4o", "USD", START, 2),
            TraceTraffic.of(TRACE, "openai", "gpt-4o-mini", "USD", START, 1),
            TraceTraffic.of(TRACE, "openai", "gpt-4o", "USD", START.plusNanos(1), 1));

    assertThat(ids.stream().flatMap(t -> t.calls().stream()).map(Call::id)).doesNotHaveDuplicates();
  }

  @Test
  void shape_draws_haveTheMediansOfItsSource() {
    assertMedian(Shape.CODE::drawInput, 1_469);
    assertMedian(Shape.CODE::drawOutput, 13);
    assertMedian(Shape.CHAT::drawInput, 1_020);
    assertMedian(Shape.CHAT::drawOutput, 129);
  }

  private static void assertMedian(ToLongFunction<Random> draw, long expected) {
    var random = new Random(1);
    var sorted =
        IntStream.range(0, 9_999).mapToLong(_ -> draw.applyAsLong(random)).sorted().toArray();

    assertThat(sorted[5_000]).isBetween(expected * 9 / 10, expected * 11 / 10);
  }
}
