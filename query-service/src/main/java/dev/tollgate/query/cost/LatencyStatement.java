package dev.tollgate.query.cost;

import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Columns;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Composes the statements that say how long the calls of lines took. They know no currency.
final class LatencyStatement {
  private static final Template HOURLY = Template.read("latency_hourly");
  private static final Template RAW = Template.read("latency_raw");
  private static final Duration HOUR = Duration.ofHours(1);

  private LatencyStatement() {}

  /// Whether the sketches of hours have all that is needed, so that no events are read.
  static boolean fitsHours(CostQuestion question) {
    var now = question.now();
    return now.dimensions().allMatch(Columns::inLatencies)
        && now.cuts().allMatch(cut -> Scope.begins(HOUR, cut));
  }

  /// Of lines with these keys, which are `key` of each.
  ///
  /// @param own as for `CostStatement.page`
  static Statement of(
      CostQuestion question, Optional<List<List<String>>> own, List<List<String>> keys) {
    var parts = new LedgerStatement(question.scope());
    var hours = fitsHours(question);
    var names = "bucket, other, " + LedgerStatement.groupNames(question.groups());
    var columns =
        bucket(parts, question.buckets(), hours)
            + " AS bucket,\n  "
            + own.map(groups -> parts.ownGroupColumns(question.groups(), groups))
                .orElseGet(
                    () -> "toUInt8(0) AS other,\n  " + parts.groupColumns(question.groups()));
    var key = new ArrayList<>(List.of("toString(bucket)", "toString(other)"));
    key.addAll(LedgerStatement.groups(question.groups()));
    return parts.fill(
        hours ? HOURLY : RAW,
        Map.of(
            "columns", columns,
            "filters", parts.filters(),
            "keys", names.substring(0, names.length() - 2),
            "lines", parts.isAmong(key, "line", keys)));
  }

  /// What distinguishes a line from others but for the currency.
  static List<String> key(long bucket, boolean other, List<String> group) {
    var key = new ArrayList<String>();
    key.add(Long.toString(bucket));
    key.add(other ? "1" : "0");
    key.addAll(group);
    return key;
  }

  private static String bucket(LedgerStatement parts, TimeBuckets buckets, boolean hours) {
    return parts.bucket(buckets, hours ? "r.hour" : "toUnixTimestamp(r.event_time)");
  }
}
