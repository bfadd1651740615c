package dev.tollgate.query.report;

import dev.tollgate.proto.query.v1.ReportKind;
import dev.tollgate.query.calendar.Step;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/// A week or a month in UTC, of which there are reports of one kind.
record Period(ReportKind kind, Instant start, Instant end) {
  /// The last one that was over then.
  static Period before(ReportKind kind, Instant now) {
    return at(kind, step(kind).startOf(now, ZoneOffset.UTC).minusMillis(1));
  }

  /// The one in which an instant lies.
  static Period at(ReportKind kind, Instant instant) {
    var step = step(kind);
    var start = step.startOf(instant, ZoneOffset.UTC);
    return new Period(kind, start, step.next(start, ZoneOffset.UTC));
  }

  Period next() {
    return at(kind, end);
  }

  Period earlier(int count) {
    var earlier = this;
    for (var i = 0; i < count; i++) {
      earlier = before(kind, earlier.start);
    }
    return earlier;
  }

  /// The last moment in it: at its end budgets begin anew.
  Instant last() {
    return end.minusMillis(1);
  }

  LocalDate firstDay() {
    return start.atZone(ZoneOffset.UTC).toLocalDate();
  }

  LocalDate lastDay() {
    return last().atZone(ZoneOffset.UTC).toLocalDate();
  }

  /// With what the ids of its reports begin.
  String prefix() {
    return firstDay() + "-" + step(kind).name().toLowerCase(Locale.ROOT);
  }

  private static Step step(ReportKind kind) {
    return switch (kind) {
      case REPORT_KIND_WEEKLY_DIGEST -> Step.WEEK;
      case REPORT_KIND_MONTHLY -> Step.MONTH;
      case REPORT_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("kind: " + kind + " (expected: a known one)");
    };
  }
}
