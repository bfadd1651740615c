package dev.tollgate.query.report;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import java.util.List;
import java.util.function.Supplier;

/// A report's text: a head, and sections of lines. Not safe for concurrent use.
final class Sections {
  private final StringBuilder text = new StringBuilder();

  Sections(String title, Period period) {
    text.append(title)
        .append('\n')
        .append(period.firstDay())
        .append(" to ")
        .append(period.lastDay())
        .append(", UTC\n");
  }

  /// One whose lines can't be had costs the others nothing, unless a later try may have them.
  ///
  /// @throws Failure STORE_UNAVAILABLE, RATE_LIMITED, ... where that is so
  Sections add(String title, Supplier<List<String>> lines) {
    text.append('\n').append(title).append('\n');
    answered(lines).forEach(line -> text.append("  ").append(line).append('\n'));
    return this;
  }

  private static List<String> answered(Supplier<List<String>> lines) {
    try {
      var answer = lines.get();
      return answer.isEmpty() ? List.of("none") : answer;
    } catch (Failure failure) {
      if (failure.reason() != Reason.QUERY_TOO_LARGE) {
        throw failure;
      }
      return List.of("not known: " + failure.reason());
    }
  }

  String text() {
    return text.toString();
  }
}
