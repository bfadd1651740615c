package dev.tollgate.query.focus;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/// Makes up a ledger's entries as its columns have them: of few kinds, so that many fall into one
/// row of an export, and corrected in the period of the call or in a later one.
@NullMarked
final class MadeCharges {
  static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  static final int DAYS = 40;

  private static final long DAY_MILLIS = 86_400_000;
  private static final List<String> VALUES = List.of("", "a", "ünï\"\\");
  private static final List<String> STATUSES =
      List.of("PRICED", "PRICED", "PRICED_ZERO", "UNPRICED_MODEL", "PROVIDER_REPORTED");

  private final RandomGenerator random;
  private final String tenant;

  MadeCharges(RandomGenerator random, String tenant) {
    this.random = random;
    this.tenant = tenant;
  }

  List<Map<String, Object>> entries(int events) {
    var entries = new ArrayList<Map<String, Object>>();
    for (var i = 0; i < events; i++) {
      var charge = charge("e" + i);
      entries.add(charge);
      if (random.nextInt(5) == 0) {
        entries.addAll(corrections(charge));
      }
    }
    return entries;
  }

  private Map<String, Object> charge(String id) {
    var charge = new HashMap<String, Object>();
    charge.put("tenant_id", tenant);
    charge.put("event_id", id);
    charge.put("entry_seq", 0);
    charge.put("entry_kind", "CHARGE");
    charge.put("sign", 1);
    charge.put("event_time", text(time()));
    charge.put("origin_time", text(Instant.EPOCH));
    for (var name : List.of("provider", "model", "region", "service_tier", "team", "user")) {
      charge.put(name, value());
    }
    charge.put("tags", Map.of("k", value()));
    charge.put("currency", random.nextInt(4) == 0 ? "EUR" : "USD");
    charge.put("charge_status", STATUSES.get(random.nextInt(STATUSES.size())));
    charge.put("terminal_status", "SUCCESS");
    charge.put("price_book", random.nextBoolean() ? "default@1" : "");
    price(charge);
    var cached = random.nextLong(1_000);
    var reasoning = random.nextLong(1_000);
    var none = random.nextInt(6) == 0;
    charge.put("input_tokens", none ? 0L : 2 * cached + random.nextLong(1_000_000_000_000L));
    charge.put("cache_read_tokens", none ? 0L : cached);
    charge.put("cache_write_tokens", none ? 0L : cached);
    charge.put("output_tokens", none ? 0L : reasoning + random.nextLong(1_000));
    charge.put("reasoning_tokens", none ? 0L : reasoning);
    return charge;
  }

  private void price(Map<String, Object> entry) {
    var priced = entry.getOrDefault("charge_status", "").equals("PRICED");
    var cost = random.nextInt(20) == 0 ? Long.MAX_VALUE : random.nextLong(1_000_000_000_000L);
    entry.put("cost_picos", priced ? cost : 0L);
    entry.put("list_cost_picos", priced ? cost - cost / 3 : 0L);
  }

  private List<Map<String, Object>> corrections(Map<String, Object> charge) {
    var reversal = new HashMap<>(charge);
    reversal.put("entry_seq", 1);
    reversal.put("entry_kind", "REVERSAL");
    reversal.put("sign", -1);
    if (random.nextBoolean()) {
      reversal.put("origin_time", charge.getOrDefault("event_time", ""));
      reversal.put("event_time", text(START.plusMillis((DAYS - 1) * DAY_MILLIS)));
    }
    var adjustment = new HashMap<>(reversal);
    adjustment.put("entry_seq", 2);
    adjustment.put("entry_kind", "ADJUST");
    adjustment.put("sign", 1);
    adjustment.put("price_book", "default@2");
    price(adjustment);
    return List.of(reversal, adjustment);
  }

  private Instant time() {
    var at = START.plusMillis(random.nextLong(DAYS * DAY_MILLIS));
    return random.nextInt(4) == 0
        ? Instant.ofEpochMilli(at.toEpochMilli() / DAY_MILLIS * DAY_MILLIS)
        : at;
  }

  private String value() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  private static String text(Instant time) {
    return time.toString().replace("T", " ").replace("Z", "");
  }
}
