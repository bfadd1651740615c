package dev.tollgate.query.burn;

import dev.tollgate.query.outcome.Entry;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/// An entry of the ledger as a test makes it up: what budgets look at.
@NullMarked
record MadeCharge(
    String tenant,
    String id,
    int seq,
    Instant time,
    Instant checked,
    Map<String, String> dimensions,
    String currency,
    long nanos,
    String status,
    Tokens tokens,
    boolean backfilled) {
  /// Tokens by kind.
  record Tokens(long input, long cacheRead, long cacheWrite, long output, long reasoning) {}

  String value(String dimension) {
    return dimensions.getOrDefault(dimension, "");
  }

  boolean has(String dimension, String value) {
    return value(dimension).equals(value);
  }

  /// Whether it moved budgets.
  boolean counts() {
    return seq == 0 && !backfilled;
  }

  boolean isUnknown() {
    return !status.startsWith("PRICED");
  }

  /// The same call's entry after a correction.
  MadeCharge again(int otherSeq, long otherNanos) {
    return new MadeCharge(
        tenant,
        id,
        otherSeq,
        time,
        checked,
        dimensions,
        currency,
        otherNanos,
        status,
        tokens,
        backfilled);
  }

  Map<String, Object> row() {
    var row = new LinkedHashMap<String, Object>();
    row.put("tenant_id", tenant);
    row.put("event_id", id);
    row.put("entry_seq", seq);
    row.put("sign", seq == 1 ? -1 : 1);
    row.put("event_time", Entry.text(time));
    row.put("checked_at", Entry.text(checked));
    row.putAll(dimensions);
    row.put("currency", currency);
    row.put("cost_picos", nanos * 1_000);
    row.put("quota_nanos", nanos);
    row.put("charge_status", status);
    row.put("terminal_status", "SUCCESS");
    row.put("input_tokens", tokens.input());
    row.put("cache_read_tokens", tokens.cacheRead());
    row.put("cache_write_tokens", tokens.cacheWrite());
    row.put("output_tokens", tokens.output());
    row.put("reasoning_tokens", tokens.reasoning());
    row.put("backfilled", backfilled ? 1 : 0);
    return row;
  }
}
