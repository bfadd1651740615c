package dev.tollgate.kernel.window;

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

  @Test
  void at_dayInBerlin_has23And25Hours() {
    var day = new Window.Calendar(Window.Unit.DAY, ZoneId.of("Europe/Berlin"), 1, 1);

    assertSpan(
        day.at(Instant.parse("2026-03-29T10:00:00Z")),
        "2026-03-28T23:00:00Z",
        "2026-03-29T22:00:00Z");
    assertSpan(
        day.at(Instant.parse("2026-10-25T10:00:00Z")),
        "2026-10-24T22:00:00Z",
        "2026-10-25T23:00:00Z");
  }

  @Test
  void at_dayThatBeginsAtOne_beginsThere() {
    var day = new Window.Calendar(Window.Unit.DAY, ZoneId.of("America/Sao_Paulo"), 1, 1);

    assertSpan(
        day.at(Instant.parse("2018-11-04T12:00:00Z")),
        "2018-11-04T03:00:00Z",
        "2018-11-05T02:00:00Z");
  }

  @Test
  void at_dayThatNeverWas_isNoWindow() {
    var day = new Window.Calendar(Window.Unit.DAY, ZoneId.of("Pacific/Apia"), 1, 1);

    assertSpan(
        day.at(Instant.parse("2011-12-30T09:59:59Z")),
        "2011-12-29T10:00:00Z",
        "2011-12-30T10:00:00Z");
    assertThat(day.at(Instant.parse("2011-12-30T10:00:00Z")).endMillis())
        .isEqualTo(Instant.parse("2011-12-31T10:00:00Z").toEpochMilli());
  }

  @Test
  void at_monthAnchoredOnThe31st_beginsOnItsLastDay() {
    var month = new Window.Calendar(Window.Unit.MONTH, ZoneOffset.UTC, 31, 1);

    assertSpan(
        month.at(Instant.parse("2026-02-27T00:00:00Z")),
        "2026-01-31T00:00:00Z",
        "2026-02-28T00:00:00Z");
    assertSpan(
        month.at(Instant.parse("2028-02-29T00:00:00Z")),
        "2028-02-29T00:00:00Z",
        "2028-03-31T00:00:00Z");
  }

  @Test
  void at_quarterFromFebruary_andYearOnTheLeapDay() {
    var quarter = new Window.Calendar(Window.Unit.QUARTER, ZoneOffset.UTC, 15, 2);
    var year = new Window.Calendar(Window.Unit.YEAR, ZoneOffset.UTC, 29, 2);

    assertSpan(
        quarter.at(Instant.parse("2026-02-14T23:00:00Z")),
        "2025-11-15T00:00:00Z",
        "2026-02-15T00:00:00Z");
    assertSpan(
        year.at(Instant.parse("2028-02-28T00:00:00Z")),
        "2027-02-28T00:00:00Z",
        "2028-02-29T00:00:00Z");
  }

  @Test
  void at_weekFromSunday_beginsThere() {
    var week = new Window.Calendar(Window.Unit.WEEK, ZoneId.of("America/New_York"), 7, 1);

    assertSpan(
        week.at(Instant.parse("2026-11-28T12:00:00Z")),
        "2026-11-22T05:00:00Z",
        "2026-11-29T05:00:00Z");
  }

  @Test
  void at_hourCutByAHalfHourOfSummerTime_meetsItsNeighbours() {
    var hour = new Window.Calendar(Window.Unit.HOUR, ZoneId.of("Australia/Lord_Howe"), 1, 1);

    assertSpan(
        hour.at(Instant.parse("2026-10-03T15:40:00Z")),
        "2026-10-03T15:30:00Z",
        "2026-10-03T16:00:00Z");
    assertSpan(
        hour.at(Instant.parse("2026-10-03T15:20:00Z")),
        "2026-10-03T14:30:00Z",
        "2026-10-03T15:30:00Z");
  }

  private static void assertSpan(Window.Span span, String start, String end) {
    assertThat(Instant.ofEpochMilli(span.startMillis())).isEqualTo(start);
    assertThat(Instant.ofEpochMilli(span.endMillis())).isEqualTo(end);
  }
}
