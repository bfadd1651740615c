package dev.tollgate.query.health;

import dev.tollgate.query.outcome.Entry;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/// A call's entry of the ledger as a test makes it up: what questions about how calls went look at.
@NullMarked
public record MadeCall(
    String tenant,
    String id,
    int seq,
    Instant time,
    Map<String, String> dimensions,
    String currency,
    long costPicos,
    String chargeStatus,
    String end,
    String logical,
    int latency,
    int firstToken,
    long tokens) {
  public int sign() {
    return seq == 1 ? -1 : 1;
  }

  public String value(String dimension) {
    return dimensions.getOrDefault(dimension, "");
  }

  public boolean failed() {
    return !end.equals("SUCCESS") && !end.equals("CANCELLED");
  }

  public boolean isUnpriced() {
    return chargeStatus.equals("UNPRICED_MODEL");
  }

  /// The same call's entry after a correction.
  public MadeCall again(int otherSeq, long otherCost) {
    return new MadeCall(
        tenant,
        id,
        otherSeq,
        time,
        dimensions,
        currency,
        otherCost,
        chargeStatus,
        end,
        logical,
        latency,
        firstToken,
        tokens);
  }

  public Map<String, Object> row() {
    var row = new LinkedHashMap<String, Object>();
    row.put("tenant_id", tenant);
    row.put("event_id", id);
    row.put("entry_seq", seq);
    row.put("sign", sign());
    row.put("event_time", Entry.text(time));
    row.putAll(dimensions);
    row.put("currency", currency);
    row.put("cost_picos", costPicos);
    row.put("charge_status", chargeStatus);
    row.put("terminal_status", end);
    row.put("logical_request_id", logical);
    row.put("latency_millis", latency);
    row.put("time_to_first_token_millis", firstToken);
    row.put("input_tokens", tokens);
    return row;
  }
}
