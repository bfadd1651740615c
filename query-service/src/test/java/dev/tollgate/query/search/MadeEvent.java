package dev.tollgate.query.search;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/// An event as a test makes it up, with its entries.
@NullMarked
record MadeEvent(
    String tenant,
    String id,
    Instant time,
    Map<String, String> dimensions,
    String terminalStatus,
    Map<String, Long> usage,
    int attempt,
    int latencyMillis,
    double quality,
    List<Entry> entries) {
  /// One row of the ledger.
  record Entry(
      int seq,
      String kind,
      int sign,
      Instant counted,
      String currency,
      long costPicos,
      String chargeStatus,
      String book) {}

  static final Instant START = Instant.parse("2026-05-20T00:00:00Z");
  static final List<String> VALUES = List.of("", "a", "b", "' OR 1 = 1 --", "back\\slash", "ünï😀");
  static final List<String> ENDS =
      List.of("SUCCESS", "SUCCESS", "ERROR", "TIMEOUT", "CANCELLED", "RATE_LIMITED");
  static final List<String> STATUSES =
      List.of("PRICED", "PRICED", "PRICED", "PRICED_ZERO", "UNPRICED_MODEL", "USAGE_INVALID");
  private static final List<String> DIMENSIONS =
      List.of("team", "feature", "model", "provider", "user", "session", "request", "endpoint");

  /// In some twenty days; times repeat, and so do costs. A tenth were repriced, some of them to
  /// another currency, some where they count a month later.
  static MadeEvent of(RandomGenerator random, String tenant, String id) {
    var dimensions = new HashMap<String, String>();
    for (var name : DIMENSIONS) {
      dimensions.put(name, VALUES.get(random.nextInt(VALUES.size())));
    }
    var time = START.plusSeconds(random.nextInt(500) * 3_600L).plusMillis(random.nextInt(3));
    var entries = new ArrayList<Entry>();
    var status = STATUSES.get(random.nextInt(STATUSES.size()));
    var currency = random.nextInt(4) == 0 ? "EUR" : "USD";
    var charge =
        new Entry(0, "CHARGE", 1, time, currency, cost(random, status), status, "default@1");
    entries.add(charge);
    if (random.nextInt(5) == 0) {
      var counted = random.nextBoolean() ? time : time.plusSeconds(30 * 86_400L);
      var newStatus = STATUSES.get(random.nextInt(STATUSES.size()));
      var newCurrency = random.nextInt(3) == 0 ? "CHF" : currency;
      entries.add(
          new Entry(1, "REVERSAL", -1, counted, currency, charge.costPicos, status, charge.book));
      entries.add(
          new Entry(
              2, "ADJUST", 1, counted, newCurrency, cost(random, newStatus), newStatus, "acme@2"));
    }
    return new MadeEvent(
        tenant,
        id,
        time,
        dimensions,
        ENDS.get(random.nextInt(ENDS.size())),
        Map.of("input", random.nextLong(1, 100_000), "output", random.nextLong(1, 1_000)),
        random.nextInt(1, 4),
        random.nextInt(3) == 0 ? 0 : random.nextInt(1, 90_000),
        random.nextInt(3) == 0 ? random.nextInt(0, 5) / 4.0 : -1,
        entries);
  }

  private static long cost(RandomGenerator random, String status) {
    if (!status.equals("PRICED")) {
      return 0;
    }
    return random.nextInt(20) == 0 ? Long.MAX_VALUE : random.nextLong(1, 8) * 1_000_000_000_000L;
  }

  /// As the ledger's columns have them.
  List<Map<String, Object>> stored() {
    return entries.stream().map(this::stored).toList();
  }

  private Map<String, Object> stored(Entry entry) {
    var row = new HashMap<String, Object>(dimensions);
    row.put("tenant_id", tenant);
    row.put("event_id", id);
    row.put("entry_seq", entry.seq);
    row.put("entry_kind", entry.kind);
    row.put("sign", entry.sign);
    row.put("event_time", text(entry.counted));
    if (!entry.counted.equals(time)) {
      row.put("origin_time", text(time));
    }
    row.put("received_time", text(entry.counted.plusSeconds(1 + entry.seq)));
    row.put("tags", Map.of("tier", dimensions.get("feature"), "k'", "v"));
    row.put("usage", usage);
    row.put("input_tokens", usage.get("input"));
    row.put("output_tokens", usage.get("output"));
    row.put("currency", entry.currency);
    row.put("cost_picos", entry.costPicos);
    row.put("list_cost_picos", entry.costPicos);
    row.put("charge_status", entry.chargeStatus);
    row.put("price_book", entry.book);
    row.put("price_ids", List.of(entry.book + "/in", entry.book + "/out"));
    row.put("engine_version", "" + (entry.seq + 1));
    row.put("repricing_id", entry.seq == 0 ? "" : "repricing-1");
    row.put("logical_request_id", "l-" + id);
    row.put("attempt", attempt);
    row.put("terminal_status", terminalStatus);
    row.put("latency_millis", latencyMillis);
    row.put("time_to_first_token_millis", latencyMillis / 3);
    row.put("served_from", "MODEL");
    if (quality >= 0) {
      row.put("quality_score", quality);
    }
    return row;
  }

  private static String text(Instant time) {
    return time.toString().replace("T", " ").replace("Z", "");
  }
}
