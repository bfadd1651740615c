package dev.tollgate.query.anomaly;

import dev.tollgate.query.outcome.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/// A call as a test makes it up: what the rules of anomalies look at.
@NullMarked
record Used(
    String tenant,
    String id,
    Instant time,
    Map<String, String> dimensions,
    String currency,
    long picos,
    int attempt,
    long tokens) {
  static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  static final int QUIET_DAYS = 29;
  static final int MOODY_DAYS = 1;
  private static final int HOUR = 3_600;

  String value(String dimension) {
    return dimensions.getOrDefault(dimension, "");
  }

  Map<String, Object> row() {
    var row = new LinkedHashMap<String, Object>();
    row.put("tenant_id", tenant);
    row.put("event_id", id);
    row.put("entry_seq", 0);
    row.put("sign", 1);
    row.put("event_time", Entry.text(time));
    row.putAll(dimensions);
    row.put("currency", currency);
    row.put("cost_picos", picos);
    row.put("charge_status", "PRICED");
    row.put("terminal_status", "SUCCESS");
    row.put("attempt", attempt);
    row.put("input_tokens", tokens / 2);
    row.put("output_tokens", tokens - tokens / 2);
    return row;
  }

  /// Quiet weeks, and then days in which some hours of some teams are unusual in one way.
  static List<Used> drawn(RandomGenerator random, String tenant) {
    var drawn = new ArrayList<Used>();
    for (var hour = 0; hour < QUIET_DAYS * 24; hour++) {
      for (var team : List.of("a", "' OR 1 = 1 --")) {
        drawn.addAll(hour(random, tenant, team, hour, 16, 9));
      }
    }
    for (var hour = QUIET_DAYS * 24; hour < (QUIET_DAYS + MOODY_DAYS) * 24; hour++) {
      for (var team : List.of("a", "' OR 1 = 1 --")) {
        drawn.addAll(hour(random, tenant, team, hour, 45, random.nextInt(9)));
      }
    }
    return drawn;
  }

  private static List<Used> hour(
      RandomGenerator random, String tenant, String team, int hour, int calls, int mood) {
    var made = new ArrayList<Used>();
    for (var i = 0; i < calls; i++) {
      var dear = mood == 0 || (mood == 1 && i % 3 == 0) ? 3 : 1;
      var feature = mood == 2 ? "new-" + hour : random.nextBoolean() ? "chat" : "search";
      made.add(
          new Used(
              tenant,
              team + hour + "-" + i,
              START.plusSeconds(hour * (long) HOUR).plusMillis(random.nextInt(HOUR * 1_000)),
              Map.of(
                  "team",
                  team,
                  "feature",
                  feature,
                  "model",
                  random.nextInt(3) == 0 ? "small" : "large",
                  "environment",
                  "prod"),
              random.nextInt(4) == 0 ? "EUR" : "USD",
              dear * (900_000_000_000L + random.nextLong(200_000_000_000L)) * 16 / calls,
              random.nextInt(mood == 3 ? 8 : 60) == 0 ? 2 : 1,
              (mood == 4 ? 150 : 100) + random.nextInt(20)));
    }
    return made;
  }
}
