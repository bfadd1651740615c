package dev.tollgate.ingest.ledger;

import com.google.common.base.Splitter;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The rollups in ClickHouse: by how much they differ from the ledger, and how to build them anew.
/// Blocks. Days are UTC.
public final class Rollups {
  /*
   * A view's own SELECT over the ledger, read FINAL, says what its rollup ought to say: for a day
   * at a time, so that no statement is long. Whoever compares or rebuilds must see to it that
   * nothing is inserted meanwhile, or live with the difference.
   *
   * rebuild: an empty clone → each day of the partition from the ledger → compare the clone with
   * the ledger → REPLACE PARTITION, which is atomic. Done again after a crash it begins anew.
   */

  /// A sum of a rollup that differs.
  ///
  /// @param measure the rollup's column
  public record Drift(
      String rollup, LocalDate day, String measure, BigInteger inRollup, BigInteger inLedger) {}

  private final ClickHouse clickHouse;

  public Rollups(ClickHouse clickHouse) {
    this.clickHouse = clickHouse;
  }

  /// Whether they can be compared and built anew: on a single server only.
  public boolean isComparable() {
    return !clickHouse.isCluster();
  }

  private void requireComparable() {
    if (!isComparable()) {
      throw Failure.of(
          Reason.METHOD_UNKNOWN,
          "rollups are compared and repaired on a single ClickHouse server only, not on a cluster");
    }
  }

  /// What differs in the days from the first one to before the end.
  ///
  /// @throws Failure METHOD_UNKNOWN where they can't be compared
  public List<Drift> drifts(LocalDate from, LocalDate until) {
    requireComparable();
    var drifts = new ArrayList<Drift>();
    for (var rollup : Rollup.ALL) {
      var measures = rollup.measures(clickHouse);
      for (var day = from; day.isBefore(until); day = day.plusDays(1)) {
        drifts.addAll(drifts(rollup, rollup.table(), measures, day));
      }
    }
    return drifts;
  }

  /// Builds every partition anew that one of these lies in; says how many.
  ///
  /// @throws Failure WRITE_CONFLICT where the ledger changed meanwhile: nothing was replaced
  public int rebuild(List<Drift> drifts) {
    requireComparable();
    var rebuilt = 0;
    for (var rollup : Rollup.ALL) {
      var partitions =
          drifts.stream()
              .filter(drift -> drift.rollup.equals(rollup.table()))
              .map(drift -> rollup.partition().begin(drift.day))
              .collect(Collectors.toCollection(TreeSet::new));
      for (var partition : partitions) {
        rebuild(rollup, partition);
        rebuilt++;
      }
    }
    return rebuilt;
  }

  private void rebuild(Rollup rollup, LocalDate begin) {
    var end = rollup.partition().end(begin);
    var before = entries(begin, end);
    clickHouse.execute("DROP TABLE IF EXISTS " + rollup.rebuilt() + " SYNC");
    clickHouse.execute("CREATE TABLE " + rollup.rebuilt() + " AS " + rollup.table());
    var select = rollup.select(clickHouse);
    for (var day = begin; day.isBefore(end); day = day.plusDays(1)) {
      clickHouse.execute(
          "INSERT INTO %s %s SETTINGS %s".formatted(rollup.rebuilt(), select, ofDay(day)));
    }
    var measures = rollup.measures(clickHouse);
    for (var day = begin; day.isBefore(end); day = day.plusDays(1)) {
      if (!drifts(rollup, rollup.rebuilt(), measures, day).isEmpty()) {
        throw changed(rollup, begin);
      }
    }
    if (entries(begin, end) != before) {
      throw changed(rollup, begin);
    }
    clickHouse.execute(
        "ALTER TABLE %s REPLACE PARTITION %s FROM %s"
            .formatted(rollup.table(), rollup.partition().literal(begin), rollup.rebuilt()));
    clickHouse.execute("DROP TABLE " + rollup.rebuilt() + " SYNC");
  }

  private static Failure changed(Rollup rollup, LocalDate begin) {
    return Failure.of(
        Reason.WRITE_CONFLICT,
        "the ledger changed while %s was rebuilt from %s on: another instance writes"
            .formatted(rollup.table(), begin));
  }

  private List<Drift> drifts(Rollup rollup, String table, List<String> measures, LocalDate day) {
    var inRollup =
        sums(measures, "%s WHERE toDate(%s) = '%s'".formatted(table, rollup.time(), day));
    var inLedger =
        sums(measures, "(%s) SETTINGS %s".formatted(rollup.select(clickHouse), ofDay(day)));
    var drifts = new ArrayList<Drift>();
    for (var measure : measures) {
      var is = inRollup.getOrDefault(measure, BigInteger.ZERO);
      var ought = inLedger.getOrDefault(measure, BigInteger.ZERO);
      if (!is.equals(ought)) {
        drifts.add(new Drift(rollup.table(), day, measure, is, ought));
      }
    }
    return drifts;
  }

  private Map<String, BigInteger> sums(List<String> measures, String source) {
    var sums = Rollup.sums(measures);
    var line =
        clickHouse
            .query("SELECT " + sums + " AS sums FROM " + source, Map.of(), row -> row.text("sums"))
            .getFirst();
    var values = Splitter.on(' ').splitToList(line);
    var byMeasure = new TreeMap<String, BigInteger>();
    for (int i = 0; i < values.size(); i++) {
      byMeasure.put(measures.get(i), new BigInteger(values.get(i)));
    }
    return byMeasure;
  }

  private long entries(LocalDate begin, LocalDate end) {
    return clickHouse
        .query(
            "SELECT count() AS entries FROM usage_events WHERE " + between(begin, end),
            Map.of(),
            row -> row.integer("entries"))
        .getFirst();
  }

  /* Of every table that the statement reads, duplicates away, and of the ledger the day only. */
  private static String ofDay(LocalDate day) {
    return "final = 1, additional_table_filters = {'usage_events': '%s'}"
        .formatted(between(day, day.plusDays(1)));
  }

  private static String between(LocalDate begin, LocalDate end) {
    return "event_time >= fromUnixTimestamp64Milli(%d) AND event_time < fromUnixTimestamp64Milli(%d)"
        .formatted(millis(begin), millis(end));
  }

  private static long millis(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }
}
