package dev.tollgate.query.unit;

import dev.tollgate.query.outcome.Entry;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/// A cost line as a test makes it up.
@NullMarked
record Paid(
    String tenant,
    String id,
    Instant start,
    Instant end,
    Instant received,
    String supersedes,
    Map<String, String> dimensions,
    String currency,
    long amountPicos) {
  String value(String dimension) {
    return dimensions.getOrDefault(dimension, "");
  }

  Map<String, Object> row() {
    var row = new LinkedHashMap<String, Object>();
    row.put("tenant_id", tenant);
    row.put("cost_id", id);
    row.put("start_time", Entry.text(start));
    row.put("end_time", Entry.text(end));
    row.put("received_time", Entry.text(received));
    row.put("supersedes", supersedes);
    row.putAll(dimensions);
    row.put("currency", currency);
    row.put("amount_picos", amountPicos);
    return row;
  }
}
