package dev.tollgate.quota.budget;

import java.time.Instant;
import java.time.ZoneId;

/// When a budget begins to count anew.
public sealed interface Window {
  /// A stretch of time in milliseconds, its end excluded; both 0 for a lifetime.
  record Span(long startMillis, long endMillis) {}

  /// The window that an instant lies in.
  Span at(Instant instant);

  /// From the 1st of a month, 00:00 in a zone, to the next.
  record CalendarMonth(ZoneId zone) implements Window {
    @Override
    public Span at(Instant instant) {
      var first = instant.atZone(zone).toLocalDate().withDayOfMonth(1);
      return new Span(
          first.atStartOfDay(zone).toInstant().toEpochMilli(),
          first.plusMonths(1).atStartOfDay(zone).toInstant().toEpochMilli());
    }
  }

  /// Never.
  record Lifetime() implements Window {
    @Override
    public Span at(Instant instant) {
      return new Span(0, 0);
    }
  }
}
