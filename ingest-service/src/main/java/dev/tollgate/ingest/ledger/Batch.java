package dev.tollgate.ingest.ledger;

import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Logged;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Rows that go into the ledger together: a part for each table, added whole or not at all under a
/// token that no other part of that table ever has.
///
/// The same batch always has the same bytes: they follow from the log.
public final class Batch {
  /// The columns that only the log knows; they follow those of the event.
  public static final List<String> LOG_COLUMNS = List.of("log_id", "log_position", "batch");

  /// What of a batch goes into one table under one token.
  ///
  /// @param batch the last position of the batch
  /// @param columns of the entries' rows
  /// @param entries at least one, in the order of the log; they may be read only when they are
  ///   looked at, so that whoever needs several of them goes through all of them
  public record Part(
      String logId,
      long batch,
      String table,
      String token,
      List<String> columns,
      List<Logged> entries) {
    /// A part of these entries alone, whose token says so.
    public static Part of(
        String logId, long batch, String table, List<String> columns, List<Logged> entries) {
      var range = entries.getFirst().position() + "-" + entries.getLast().position();
      return new Part(
          logId,
          batch,
          table,
          String.join("/", logId, Long.toString(batch), table, range),
          columns,
          entries);
    }

    /// Its entries in two parts; there must be two at least. Always cut at the same place.
    public List<Part> halves() {
      var half = entries.size() / 2;
      return List.of(
          of(logId, batch, table, columns, entries.subList(0, half)),
          of(logId, batch, table, columns, entries.subList(half, entries.size())));
    }

    /// These of its entries alone, under a token that says so and the how manieth attempt it is.
    public Part again(List<Logged> rest, int attempt) {
      return new Part(logId, batch, table, token + "/again-" + attempt, columns, rest);
    }

    List<String> allColumns() {
      return Stream.concat(columns.stream(), LOG_COLUMNS.stream()).toList();
    }

    /// One behind the other, as RowBinary.
    InputStream rows() {
      return new RowStream(logId, batch, entries);
    }
  }

  private final String logId;
  private final Map<String, List<String>> columns;
  private final long last;
  private final SortedMap<String, List<Logged>> entries;

  /// @param columns of each table's rows in the entries
  /// @param last the position of its seal's end, which is its name within the log
  /// @param entries for each table those that have rows of it, in the order of the log; one at
  ///   least
  public Batch(
      String logId,
      Map<String, List<String>> columns,
      long last,
      SortedMap<String, List<Logged>> entries) {
    this.logId = logId;
    this.columns = Map.copyOf(columns);
    this.last = last;
    this.entries = Collections.unmodifiableSortedMap(entries);
  }

  /// One of these entries, each of which has rows.
  public static Batch of(
      String logId, Map<String, List<String>> columns, long last, List<Logged> entries) {
    var byTable = new TreeMap<String, List<Logged>>();
    for (var logged : entries) {
      byTable.computeIfAbsent(logged.entry().table(), _ -> new ArrayList<>()).add(logged);
    }
    return new Batch(logId, columns, last, byTable);
  }

  /// Its name, which is the token of its usage too: that of the others names their table.
  public String token() {
    return logId + "/" + last;
  }

  /// One for each table that it has rows of, always in the same order.
  public List<Part> parts() {
    return entries.entrySet().stream().map(each -> part(each.getKey(), each.getValue())).toList();
  }

  private Part part(String table, List<Logged> ofTable) {
    var ofEntry =
        Objects.requireNonNull(
            columns.get(table), () -> table + " (expected: one of " + columns.keySet() + ")");
    return new Part(
        logId,
        last,
        table,
        table.equals(Entry.USAGE_TABLE) ? token() : token() + "/" + table,
        ofEntry,
        ofTable);
  }
}
