package dev.tollgate.ingest.ledger;

import dev.tollgate.ingest.encode.RowBinary;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Logged;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.Stream;

/// Rows that go into the ledger together or not at all, under a token that no other batch ever has.
///
/// The same batch always has the same bytes: they follow from the log.
public final class Batch {
  /// The columns that only the log knows; they follow those of the event.
  public static final List<String> LOG_COLUMNS = List.of("log_id", "log_position", "batch");

  private final String logId;
  private final List<String> columns;
  private final long last;
  private final List<Logged> entries;

  /// @param eventColumns of the rows in the entries
  /// @param last the position of its seal's end, which is its name within the log
  /// @param entries those that have rows, in the order of the log
  public Batch(String logId, List<String> eventColumns, long last, List<Logged> entries) {
    this.logId = logId;
    this.columns = Stream.concat(eventColumns.stream(), LOG_COLUMNS.stream()).toList();
    this.last = last;
    this.entries = List.copyOf(entries);
  }

  public String token() {
    return logId + "/" + last;
  }

  public List<String> columns() {
    return columns;
  }

  List<Logged> entries() {
    return entries;
  }

  /// How many events in it are new to the ledger.
  public int events() {
    return (int) entries.stream().filter(logged -> logged.entry() instanceof Entry.Usage).count();
  }

  /// All rows, one behind the other, as RowBinary.
  public byte[] rows() {
    var out = new ByteArrayOutputStream(entries.size() * 1_024);
    for (var logged : entries) {
      var ofLog = new RowBinary().text(logId).int64(logged.position()).int64(last).toBytes();
      for (var row : logged.entry().rows()) {
        out.writeBytes(row);
        out.writeBytes(ofLog);
      }
    }
    return out.toByteArray();
  }
}
