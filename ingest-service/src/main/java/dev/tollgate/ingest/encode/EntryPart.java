package dev.tollgate.ingest.encode;

import java.util.ArrayList;
import java.util.List;

/// What differs among the entries that the ledger has of one event.
///
/// @param seq 0 for the charge, then one more for each entry that follows
/// @param eventMillis where in time the entry counts
/// @param originMillis when the event took place, where that is not where the entry counts; else 0
/// @param receivedMillis when the entry was made
/// @param quotaNanos what it moved in the quota
/// @param repricingId which repricing made it; empty for the charge
public record EntryPart(
    long seq,
    Kind kind,
    long eventMillis,
    long originMillis,
    long receivedMillis,
    Booked booked,
    long quotaNanos,
    String repricingId) {
  /// What an entry does.
  public enum Kind {
    /// Counts an event.
    CHARGE(1),
    /// Takes back the entry before it.
    REVERSAL(-1),
    /// Counts the event anew.
    ADJUST(1);

    private final int sign;

    Kind(int sign) {
      this.sign = sign;
    }
  }

  private interface Writer {
    void write(RowBinary out, EntryPart part);
  }

  private record Column(String name, Writer writer) {}

  private static final List<Column> COLUMNS = columns();

  static List<String> columnNames() {
    return COLUMNS.stream().map(Column::name).toList();
  }

  void write(RowBinary out) {
    for (var column : COLUMNS) {
      column.writer.write(out, this);
    }
  }

  private static List<Column> columns() {
    var columns = new ArrayList<Column>();
    columns.add(new Column("entry_seq", (out, part) -> out.int32(part.seq)));
    columns.add(new Column("entry_kind", (out, part) -> out.text(part.kind.name())));
    columns.add(new Column("sign", (out, part) -> out.int8(part.kind.sign)));
    columns.add(new Column("event_time", (out, part) -> out.int64(part.eventMillis)));
    columns.add(new Column("origin_time", (out, part) -> out.int64(part.originMillis)));
    columns.add(new Column("received_time", (out, part) -> out.int64(part.receivedMillis)));
    columns.add(new Column("version", (out, part) -> out.int64(-1 - part.receivedMillis)));
    columns.add(new Column("currency", (out, part) -> out.text(part.booked.currency())));
    columns.add(new Column("cost_picos", (out, part) -> out.int64(part.booked.costPicos())));
    columns.add(
        new Column("list_cost_picos", (out, part) -> out.int64(part.booked.listCostPicos())));
    columns.add(new Column("charge_status", (out, part) -> out.text(part.booked.status().name())));
    columns.add(new Column("rounded", (out, part) -> out.int8(part.booked.rounded() ? 1 : 0)));
    columns.add(new Column("quota_nanos", (out, part) -> out.int64(part.quotaNanos)));
    columns.add(new Column("price_book", (out, part) -> out.text(part.booked.priceBook())));
    columns.add(new Column("price_ids", (out, part) -> out.texts(part.booked.priceIds())));
    columns.add(new Column("engine_version", (out, part) -> out.text(part.booked.engineVersion())));
    columns.add(new Column("repricing_id", (out, part) -> out.text(part.repricingId)));
    return List.copyOf(columns);
  }
}
