package dev.tollgate.query.health;

import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Columns;
import java.time.Duration;
import java.util.stream.Stream;

/// Where it is read how calls went: both say the same, as far as the sketches of hours can.
enum HealthSource {
  HOURS("latency_hourly", "r.hour", "DateTime('UTC')") {
    @Override
    String count(String condition) {
      return "sumIf(r.events, " + condition + ")";
    }

    @Override
    String times(String name, String column) {
      return "sum(r.%1$s_events) AS %1$s_calls,\n    quantilesDDMerge(0.01, 0.5, 0.9, 0.99)(r.%1$s_sketch) AS %1$s_quantiles"
          .formatted(name);
    }

    @Override
    String calls() {
      return "";
    }
  },
  EVENTS("usage_events", "r.event_time", "DateTime64(3, 'UTC')") {
    @Override
    String count(String condition) {
      return "countIf(" + condition + ")";
    }

    @Override
    String times(String name, String column) {
      return "countIf(%2$s > 0) AS %1$s_calls,\n    quantilesDDIf(0.01, 0.5, 0.9, 0.99)(%2$s, %2$s > 0) AS %1$s_quantiles"
          .formatted(name, column);
    }

    @Override
    String calls() {
      return "AND r.entry_seq = 0";
    }
  };

  private static final Duration HOUR = Duration.ofHours(1);

  private final String table;
  private final String time;
  private final String type;

  HealthSource(String table, String time, String type) {
    this.table = table;
    this.time = time;
    this.type = type;
  }

  /// The sketches where they have all that is needed, and no hour lies in the range only in part.
  static HealthSource of(HealthQuestion question) {
    var scope = question.scope();
    return Stream.concat(question.groups().stream(), scope.dimensions())
                .allMatch(Columns::inLatencies)
            && Scope.begins(HOUR, scope.start())
            && Scope.begins(HOUR, scope.end())
        ? HOURS
        : EVENTS;
  }

  String table() {
    return table;
  }

  /// The beginning of a row's hour, in seconds.
  String hour() {
    return "toUInt32(toUnixTimestamp(toStartOfHour(" + time + ")))";
  }

  /// Whether a row lies in the range.
  String range() {
    return time + " >= {start:" + type + "}\n    AND " + time + " < {end:" + type + "}";
  }

  /// How many calls meet a condition.
  abstract String count(String condition);

  /// The columns that say how long they took.
  abstract String times(String name, String column);

  /// The condition that leaves calls alone, after an AND.
  abstract String calls();
}
