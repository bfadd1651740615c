package dev.tollgate.quota.recover;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.ledger.DimensionSql;
import dev.tollgate.rating.ChargeStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The statements that a question to the ledger becomes, and how their rows are read.
final class LedgerStatement {
  /* Rows are found by the time of their event, which the table is ordered by, and counted by that
  of their check. The two lie no further apart than a hold may be open. */
  private static final Duration CHECK_TO_EVENT_MAX = Duration.ofDays(1);

  private static final List<String> UNKNOWN_COST =
      Arrays.stream(ChargeStatus.values())
          .filter(ChargeStatus::isUnknown)
          .map(ChargeStatus::name)
          .toList();

  private static final String CONDITIONS =
      """
      WHERE tenant_id = {tenant:String} AND entry_seq = 0 AND backfilled = 0
        AND event_time >= {event_since:DateTime64(3, 'UTC')}
        AND checked_at >= {since:DateTime64(3, 'UTC')}
        AND log_position <= {through:Map(String, UInt64)}[toString(log_id)]
      """;

  private final LedgerQuestion question;
  private final Map<String, Object> parameters = new HashMap<>();

  LedgerStatement(LedgerQuestion question) {
    this.question = question;
    var eventSince = question.since().minus(CHECK_TO_EVENT_MAX);
    parameters.put("tenant", question.tenant());
    parameters.put("since", question.since());
    parameters.put("event_since", eventSince.isBefore(Instant.EPOCH) ? Instant.EPOCH : eventSince);
    parameters.put("through", question.through());
    parameters.put("unknown", UNKNOWN_COST);
  }

  Map<String, Object> parameters() {
    return Map.copyOf(parameters);
  }

  String lines() {
    parameters.put("turns", question.turns());
    parameters.put("slot", Math.max(1, question.slotLengthMillis()));
    parameters.put("exact_max", CounterUnit.EXACT_MAX);
    var slot =
        question.slotLengthMillis() == 0
            ? "toInt64(0)"
            : "intDiv(toUnixTimestamp64Milli(checked_at), {slot:Int64}) * {slot:Int64}";
    var keys = new StringBuilder("slot_millis, turn, currency_code");
    for (int i = 0; i < question.dimensions().size(); i++) {
      keys.append(", d").append(i);
    }
    return """
    SELECT %s AS slot_millis,
      toUInt32(arrayCount(t -> t <= checked_at, {turns:Array(DateTime64(3, 'UTC'))})) AS turn,
      toString(currency) AS currency_code%s,
      %s AS nanos,
      %s AS micros,
      %s AS input,
      %s AS output,
      toInt64(count()) AS calls
    """
            .formatted(
                slot,
                columns(),
                capped("quota_nanos"),
                capped("intDiv(quota_nanos + 999, 1000)"),
                capped("input_tokens + cache_read_tokens + cache_write_tokens"),
                capped("output_tokens + reasoning_tokens"))
        + rows()
        + "  AND charge_status NOT IN {unknown:Array(String)}\nGROUP BY "
        + keys;
  }

  String unknown() {
    return each() + "  AND charge_status IN {unknown:Array(String)}\n";
  }

  String calls() {
    return each() + "  AND reservation_id != ''\n";
  }

  private String each() {
    return """
    SELECT checked_at, reservation_id%s,
      if(charge_status IN {unknown:Array(String)}, 0, quota_nanos) AS nanos,
      input_tokens + cache_read_tokens + cache_write_tokens AS input,
      output_tokens + reasoning_tokens AS output
    """
            .formatted(columns())
        + rows();
  }

  private String rows() {
    return "FROM " + DimensionSql.rows(question.dimensions()) + "\n" + CONDITIONS;
  }

  private static String capped(String amount) {
    return "toInt64(least(sum(toInt128(" + amount + ")), toInt128({exact_max:Int64})))";
  }

  private String columns() {
    return new DimensionSql(parameters).columns(question.dimensions());
  }

  LedgerLine line(Row row) {
    return new LedgerLine(
        dimensions(row),
        question.at((int) row.integer("turn")),
        row.integer("slot_millis"),
        row.text("currency_code"),
        new Spent(
            row.integer("nanos"),
            row.integer("micros"),
            row.integer("input"),
            row.integer("output"),
            row.integer("calls")));
  }

  LedgerCall call(Row row) {
    return new LedgerCall(
        dimensions(row),
        row.instant("checked_at"),
        row.text("reservation_id"),
        new Spend(row.integer("nanos"), row.integer("input"), row.integer("output")));
  }

  private Dimensions dimensions(Row row) {
    return DimensionSql.read(question.dimensions(), row::text);
  }
}
