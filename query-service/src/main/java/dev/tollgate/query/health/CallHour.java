package dev.tollgate.query.health;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.proto.query.v1.HealthRule;
import dev.tollgate.query.answer.Times;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// How the calls of an endpoint went in an hour, or in the whole range.
///
/// @param hour its beginning in seconds; 0 is the whole range
/// @param usualP90 over the hours of the range, in milliseconds; not a number where none has enough
///   calls
/// @param broken by what the hour is ill
record CallHour(
    long hour,
    List<String> group,
    long calls,
    long errors,
    long rateLimited,
    long timeouts,
    long cancelled,
    Times latency,
    Times firstToken,
    double usualP90,
    Set<HealthRule> broken) {
  CallHour {
    group = List.copyOf(group);
    broken = Set.copyOf(broken);
  }

  static CallHour read(List<String> group, Row row) {
    var broken = EnumSet.noneOf(HealthRule.class);
    if (row.integer("ill_by_errors") > 0) {
      broken.add(HealthRule.HEALTH_RULE_ERROR_RATE);
    }
    if (row.integer("ill_by_rate_limits") > 0) {
      broken.add(HealthRule.HEALTH_RULE_RATE_LIMITED);
    }
    if (row.integer("ill_by_latency") > 0) {
      broken.add(HealthRule.HEALTH_RULE_LATENCY);
    }
    return new CallHour(
        row.integer("hour"),
        group,
        row.integer("calls"),
        row.integer("errors"),
        row.integer("rate_limited"),
        row.integer("timeouts"),
        row.integer("cancelled"),
        Times.read(row, "latency"),
        Times.read(row, "first_token"),
        row.number("usual_p90"),
        broken);
  }

  boolean isWhole() {
    return hour == 0;
  }

  /// What distinguishes it from others.
  List<String> key() {
    return key(hour, group);
  }

  static List<String> key(long hour, List<String> group) {
    var key = new ArrayList<String>();
    key.add(Long.toString(hour));
    key.addAll(group);
    return key;
  }
}
