package dev.tollgate.query.outcome;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/// An outcome as a test makes it up.
@NullMarked
public record Said(
    String tenant,
    String id,
    Instant time,
    Instant received,
    String kind,
    String result,
    String supersedes,
    Map<String, String> dimensions,
    String currency,
    long valuePicos) {
  /// Those of all that count: not superseded, and the latest of those that supersede the same.
  public static List<Said> counting(List<Said> all) {
    return Superseding.counting(all, Said::id, Said::supersedes, Comparator.comparing(Said::time));
  }

  public String value(String dimension) {
    return dimensions.getOrDefault(dimension, "");
  }

  Map<String, Object> row() {
    var row = new LinkedHashMap<String, Object>();
    row.put("tenant_id", tenant);
    row.put("outcome_id", id);
    row.put("outcome_time", Entry.text(time));
    row.put("received_time", Entry.text(received));
    row.put("kind", kind);
    row.put("result", result);
    row.put("supersedes", supersedes);
    row.putAll(dimensions);
    row.put("currency", currency);
    row.put("value_picos", valuePicos);
    return row;
  }
}
