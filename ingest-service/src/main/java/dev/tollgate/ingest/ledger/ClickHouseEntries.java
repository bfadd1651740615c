package dev.tollgate.ingest.ledger;

import dev.tollgate.ingest.encode.AttributionPart;
import dev.tollgate.ingest.encode.Booked;
import dev.tollgate.ingest.encode.EntryPart;
import dev.tollgate.ingest.encode.UsageRow;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.rating.ChargeStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Entries in ClickHouse, table `usage_events`.
public final class ClickHouseEntries implements Entries {
  private static final String TENANTS = Statement.read("/sql/job/event_tenants.sql");
  private static final String HOURS = Statement.read("/sql/event_hours.sql");
  static final String ENTRIES =
      Statement.read("/sql/event_entries.sql")
          .replace("$attribution_columns", columns(AttributionPart.columnNames()))
          .replace("$event_columns", columns(UsageRow.eventColumnNames()));

  /* One thread, behind everybody else: a correction is in no hurry. */
  private static final Map<String, String> MODEST = Map.of("max_threads", "1", "priority", "10");

  private final ClickHouse clickHouse;

  public ClickHouseEntries(ClickHouse clickHouse) {
    this.clickHouse = clickHouse;
  }

  private static String columns(List<String> names) {
    return names.stream().map(name -> "e.`" + name + "`").collect(Collectors.joining(", "));
  }

  @Override
  public List<String> tenants(Selection selection) {
    return clickHouse.query(TENANTS, selected(selection), MODEST, row -> row.text("tenant"));
  }

  @Override
  public List<Hour> hours(String tenant, Selection selection) {
    var parameters = selected(selection);
    parameters.put("tenant", tenant);
    return clickHouse.query(
        HOURS, parameters, MODEST, row -> new Hour(row.instant("hour"), row.integer("events")));
  }

  @Override
  public List<StoredEntry> read(String tenant, Selection selection, Slice slice) {
    var parameters = selected(selection);
    parameters.put("tenant", tenant);
    parameters.put("from", slice.from());
    parameters.put("until", slice.until());
    parameters.put("part", slice.part());
    parameters.put("parts", slice.parts());
    parameters.put("moved", slice.hasMoved());
    return clickHouse.query(ENTRIES, parameters, MODEST, ClickHouseEntries::entry);
  }

  private static Map<String, Object> selected(Selection selection) {
    var parameters = new HashMap<String, Object>();
    parameters.put("from", selection.from());
    parameters.put("until", selection.until());
    parameters.put("provider", selection.provider());
    parameters.put("model", like(selection.modelPattern()));
    return parameters;
  }

  private static String like(String pattern) {
    return pattern.isEmpty()
        ? "%"
        : pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%");
  }

  private static StoredEntry entry(Row row) {
    var attribution = HexFormat.of().parseHex(row.text("attribution_part"));
    var event = HexFormat.of().parseHex(row.text("event_part"));
    var counted = row.instant("counted_time");
    var origin = row.instant("origin");
    return new StoredEntry(
        row.text("id"),
        origin.equals(Instant.EPOCH) ? counted : origin,
        counted,
        row.integer("seq"),
        EntryPart.Kind.valueOf(row.text("kind")),
        booked(row),
        row.text("repricing"),
        call(row),
        AttributionPart.read(attribution),
        event);
  }

  private static Booked booked(Row row) {
    return new Booked(
        ChargeStatus.valueOf(row.text("status")),
        row.text("currency_code"),
        row.integer("cost"),
        row.integer("list_cost"),
        row.flag("was_rounded"),
        row.text("book"),
        List.copyOf(row.<String>list("prices")),
        row.text("engine"));
  }

  private static StoredEntry.Call call(Row row) {
    return new StoredEntry.Call(
        row.text("provider_name"),
        row.text("model_name"),
        row.text("region_name"),
        row.text("tier"),
        row.text("served").equals("CACHE"),
        Map.copyOf(row.<Long>map("buckets")));
  }
}
