package dev.tollgate.quota.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class WindowTest {
  @Test
  void at_monthInUtc_isFromFirstToFirst() {
    var span = Window.month(ZoneOffset.UTC).at(Instant.parse("2026-02-28T23:59:59Z"));

    assertSpan(span, "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
  }

  @Test
  void at_monthInBerlin_followsItsOffsets() {
    var berlin = Window.month(ZoneId.of("Europe/Berlin"));

    assertSpan(
        berlin.at(Instant.parse("2026-02-28T23:30:00Z")),
        "2026-02-28T23:00:00Z",
        "2026-03-31T22:00:00Z");
    assertSpan(
        berlin.at(Instant.parse("2026-02-28T22:59:59Z")),
        "2026-01-31T23:00:00Z",
        "2026-02-28T23:00:00Z");
  }

  @Test
  void at_leapDay_belongsToFebruary() {
    var span = Window.month(ZoneOffset.UTC).at(Instant.parse("2028-02-29T12:00:00Z"));

    assertSpan(span, "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z");
  }

  @Test
  void at_lastInstant_isStillTheOldWindow() {
    var month = Window.month(ZoneOffset.UTC);
    var end = Instant.parse("2026-03-01T00:00:00Z");

    assertThat(month.at(end.minusMillis(1)).endMillis()).isEqualTo(end.toEpochMilli());
    assertThat(month.at(end).startMillis()).isEqualTo(end.toEpochMilli());
  }

  @Test
  void at_lifetime_neverEnds() {
    assertThat(new Window.Lifetime().at(Instant.EPOCH)).isEqualTo(new Window.Span(0, 0));
  }

  private static void assertSpan(Window.Span span, String start, String end) {
    assertThat(Instant.ofEpochMilli(span.startMillis())).isEqualTo(start);
    assertThat(Instant.ofEpochMilli(span.endMillis())).isEqualTo(end);
  }
}
