package dev.tollgate.ingest.encode;

import dev.tollgate.ingest.log.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The tables that ingest writes, and of each the columns that it encodes, in their order.
public final class Tables {
  private Tables() {}

  public static Map<String, List<String>> columns() {
    var columns = new HashMap<String, List<String>>();
    columns.put(Entry.USAGE_TABLE, UsageRow.columnNames());
    columns.put(Entry.USER_TABLE, UserRow.columnNames());
    for (var row : FactRow.ALL) {
      columns.put(row.table(), row.columnNames());
    }
    return Map.copyOf(columns);
  }
}
