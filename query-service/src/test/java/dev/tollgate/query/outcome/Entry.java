package dev.tollgate.query.outcome;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/// An entry of the ledger as a test makes it up: what questions about outcomes, retries and units
/// look at.
///
/// @param origin when an event of a closed period took place, of its corrections; else the epoch
@NullMarked
public record Entry(
    String tenant,
    String eventId,
    int seq,
    Instant time,
    Instant origin,
    Instant received,
    Map<String, String> dimensions,
    String currency,
    long costPicos,
    String chargeStatus,
    String terminalStatus,
    String logicalRequest,
    int attempt,
    long inputTokens,
    long outputTokens) {
  /// A charge and an adjustment count, a reversal takes back.
  public int sign() {
    return seq == 1 ? -1 : 1;
  }

  public String value(String dimension) {
    return dimensions.getOrDefault(dimension, "");
  }

  public boolean isUnpriced() {
    return List.of("UNPRICED_MODEL", "UNPRICED_BUCKET", "USAGE_MISSING", "USAGE_INVALID")
        .contains(chargeStatus);
  }

  public boolean failed() {
    return !List.of("SUCCESS", "CANCELLED").contains(terminalStatus);
  }

  /// When its event took place.
  public Instant happened() {
    return origin.equals(Instant.EPOCH) ? time : origin;
  }

  Map<String, Object> row() {
    var row = new LinkedHashMap<String, Object>();
    row.put("tenant_id", tenant);
    row.put("event_id", eventId);
    row.put("entry_seq", seq);
    row.put("sign", sign());
    row.put("event_time", text(time));
    row.put("origin_time", text(origin));
    row.put("received_time", text(received));
    row.putAll(dimensions);
    row.put("currency", currency);
    row.put("cost_picos", costPicos);
    row.put("list_cost_picos", costPicos);
    row.put("charge_status", chargeStatus);
    row.put("terminal_status", terminalStatus);
    row.put("logical_request_id", logicalRequest);
    row.put("attempt", attempt);
    row.put("input_tokens", inputTokens);
    row.put("output_tokens", outputTokens);
    return row;
  }

  /// A time as the store reads it.
  public static String text(Instant time) {
    return time.toString().replace("T", " ").replace("Z", "");
  }
}
