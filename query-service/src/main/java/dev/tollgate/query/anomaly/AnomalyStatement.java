package dev.tollgate.query.anomaly;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Template;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Composes the statements that look for anomalies: their texts come from resources, and every
/// value is a parameter.
final class AnomalyStatement {
  static final List<Sum> SUMS =
      Stream.concat(Stream.of(Sum.COST, Sum.EVENTS, Sum.RETRIES), PerRequest.TOKENS.stream())
          .toList();

  private static final Template HOURS = Template.read("anomaly_hours");
  private static final Template CHANGES = Template.read("anomaly_changes");
  private static final Duration HOUR = Duration.ofHours(1);

  /// By what a change is explained, before what follows in the list; people are not named for one.
  static final List<String> EXPLAINING =
      List.of(
          "team",
          "feature",
          "model",
          "customer",
          "project",
          "environment",
          "provider",
          "region",
          "api_key",
          "agent",
          "workflow",
          "operation",
          "prompt_version",
          "release");

  private AnomalyStatement() {}

  /// One row per subject and currency.
  static Statement hours(String tenant, Instant hour) {
    var parts =
        new LedgerStatement(
            new Scope(tenant, hour.minus(Watched.PAST), hour.plus(HOUR), List.of()));
    var told = new ArrayList<>(Watched.comparable(hour));
    told.add(hour);
    parts.put("hours", seconds(told));
    return parts.fill(
        HOURS,
        Map.of(
            "measures", each(sum -> "sum(" + sum.of(LedgerSource.ROLLUP) + ") AS " + sum.column()),
            "lists", each(sum -> "groupArray(toString(h.%1$s)) AS %1$s".formatted(sum.column()))));
  }

  private static String each(Function<Sum, String> column) {
    return SUMS.stream().map(column).collect(Collectors.joining(",\n    "));
  }

  /// One row per value of each dimension that may explain a change.
  ///
  /// @param currency empty for any
  /// @param usual the hours that say what is usual
  static Statement changes(
      String tenant, Watched watched, List<Sum> measure, String currency, List<Instant> usual) {
    var hour = watched.hour();
    var start = usual.stream().min(Instant::compareTo).orElse(hour);
    var scope = new Scope(tenant, start, hour.plus(HOUR), watched.subject().conditions());
    var parts = new LedgerStatement(scope);
    var all = new ArrayList<>(usual);
    all.add(hour);
    parts.put("hour", hour.getEpochSecond());
    parts.put("hours", seconds(all));
    parts.put("usual", usual.size());
    parts.put("currency", currency);
    return parts.fill(
        CHANGES,
        Map.of(
            "pairs", pairs(parts, watched.subject()),
            "measure", measure(measure),
            "filters", parts.filters()));
  }

  private static String pairs(LedgerStatement parts, Subject subject) {
    return EXPLAINING.stream()
        .filter(name -> !name.equals(subject.dimension()))
        .map(name -> "('" + name + "', " + parts.value(Dimension.of(name).orElseThrow(), 0) + ")")
        .collect(Collectors.joining(", "));
  }

  private static String measure(List<Sum> sums) {
    return sums.stream().map(sum -> sum.of(LedgerSource.ROLLUP)).collect(Collectors.joining(" + "));
  }

  private static List<Long> seconds(List<Instant> hours) {
    return hours.stream().map(Instant::getEpochSecond).toList();
  }
}
