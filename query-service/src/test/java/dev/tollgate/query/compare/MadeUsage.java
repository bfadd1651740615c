package dev.tollgate.query.compare;

import dev.tollgate.query.outcome.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/// An entry of the ledger as a test makes it up: what questions about models look at.
@NullMarked
record MadeUsage(
    String tenant,
    String id,
    int seq,
    Instant time,
    Map<String, String> dimensions,
    String tier,
    Map<String, Long> usage,
    String currency,
    long costPicos,
    String status,
    String end,
    boolean fromCache,
    int latency,
    OptionalDouble quality) {
  static final Instant START = Instant.parse("2026-05-01T00:00:00Z");
  static final int DAYS = 6;
  private static final List<String> BUCKETS =
      List.of("input", "cache_read", "cache_write_5m", "output", "web_search");

  int sign() {
    return seq == 1 ? -1 : 1;
  }

  boolean isKnown() {
    return status.startsWith("PRICED");
  }

  /// Entries of one event each, and of some the corrections after it.
  static List<MadeUsage> some(RandomGenerator random, String tenant, int events) {
    var entries = new ArrayList<MadeUsage>();
    for (var i = 0; i < events; i++) {
      var first = one(random, tenant, "e" + i);
      entries.add(first);
      if (random.nextInt(5) == 0) {
        var cost = random.nextLong(1_000_000_000_000L);
        entries.add(first.again(1, first.costPicos(), first.status()));
        entries.add(first.again(2, cost, "PRICED"));
      }
    }
    return entries;
  }

  private static MadeUsage one(RandomGenerator random, String tenant, String id) {
    var usage = new HashMap<String, Long>();
    for (var bucket : BUCKETS) {
      if (random.nextInt(bucket.equals("web_search") ? 12 : 2) == 0) {
        usage.put(bucket, 1 + random.nextLong(10_000));
      }
    }
    var status =
        pick(random, "PRICED", "PRICED", "PRICED", "UNPRICED_MODEL", "USAGE_MISSING", "ESTIMATED");
    var isKnown = status.equals("PRICED");
    return new MadeUsage(
        tenant,
        id,
        0,
        START.plusSeconds(random.nextLong(DAYS * 86_400L)),
        Map.of(
            "provider", pick(random, "p", "q"),
            "model", pick(random, "full", "plain", "bare", "nothing"),
            "team", pick(random, "a", "b", ""),
            "user", pick(random, "u-1", "u-2", "")),
        pick(random, "", "", "standard", "batch"),
        status.equals("USAGE_MISSING") ? Map.of() : usage,
        pick(random, "USD", "USD", "USD", "EUR"),
        isKnown ? random.nextLong(1_000_000_000_000L) : 0,
        status.equals("ESTIMATED") ? "PRICED_ZERO" : status,
        pick(random, "SUCCESS", "SUCCESS", "SUCCESS", "ERROR", "TIMEOUT", "CANCELLED"),
        random.nextInt(10) == 0,
        random.nextInt(5) == 0 ? 0 : 1 + random.nextInt(5_000),
        random.nextBoolean() ? OptionalDouble.empty() : OptionalDouble.of(random.nextDouble()));
  }

  private MadeUsage again(int otherSeq, long cost, String otherStatus) {
    return new MadeUsage(
        tenant,
        id,
        otherSeq,
        time,
        dimensions,
        tier,
        usage,
        currency,
        cost,
        otherStatus,
        end,
        fromCache,
        latency,
        quality);
  }

  static String pick(RandomGenerator random, String... values) {
    return values[random.nextInt(values.length)];
  }

  Map<String, Object> row() {
    var row = new LinkedHashMap<String, Object>();
    row.put("tenant_id", tenant);
    row.put("event_id", id);
    row.put("entry_seq", seq);
    row.put("sign", sign());
    row.put("event_time", Entry.text(time));
    row.putAll(dimensions);
    row.put("service_tier", tier);
    row.put("usage", usage);
    row.put("output_tokens", usage.getOrDefault("output", 0L));
    row.put("currency", currency);
    row.put("cost_picos", costPicos);
    row.put("charge_status", status);
    row.put("terminal_status", end);
    row.put("served_from", fromCache ? "CACHE" : "MODEL");
    row.put("latency_millis", latency);
    quality.ifPresent(score -> row.put("quality_score", score));
    return row;
  }
}
