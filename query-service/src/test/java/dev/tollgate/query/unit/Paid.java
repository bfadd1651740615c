package dev.tollgate.query.unit;

import dev.tollgate.query.outcome.Entry;
import dev.tollgate.query.outcome.MadeLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/// A cost line as a test makes it up.
@NullMarked
public record Paid(
    String tenant,
    String id,
    Instant start,
    Instant end,
    Instant received,
    String supersedes,
    Map<String, String> dimensions,
    String currency,
    long amountPicos) {
  public String value(String dimension) {
    return dimensions.getOrDefault(dimension, "");
  }

  public Map<String, Object> row() {
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

  /// Lines that overlap, supersede each other and are of any size.
  public static List<Paid> lines(RandomGenerator random, MadeLedger made, String tenant) {
    var lines = new ArrayList<Paid>();
    for (var i = 0; i < 80; i++) {
      var start = made.time().minus(Duration.ofDays(random.nextInt(10)));
      var length = random.nextInt(3) == 0 ? 0 : random.nextLong(1, Duration.ofDays(30).toMillis());
      var supersedes = random.nextInt(4) == 0 ? "c" + random.nextInt(85) : "";
      var dimensions = new HashMap<String, String>();
      for (var name : List.of("feature", "model", "team", "customer_tier")) {
        dimensions.put(name, made.value());
      }
      lines.add(
          new Paid(
              tenant,
              "c" + i,
              start,
              start.plusMillis(length),
              made.time(),
              supersedes.equals("c" + i) ? "" : supersedes,
              dimensions,
              random.nextInt(5) == 0 ? "EUR" : "USD",
              random.nextInt(10) == 0
                  ? Long.MAX_VALUE
                  : random.nextLong(-1_000_000_000_000L, 9_000_000_000_000L)));
    }
    return lines;
  }
}
