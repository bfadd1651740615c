package dev.tollgate.query.outcome;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.query.v1.GetCostPerOutcomeRequest;
import dev.tollgate.proto.query.v1.OutcomeCounting;
import dev.tollgate.query.ask.AskedFields;
import java.time.Duration;
import java.time.Instant;

/// A `GetCostPerOutcomeRequest` as it came over the wire, and its reading.
record OutcomeRequest(OutcomeQuestion question, Duration settleWindow) {
  private static final int KIND_MAX = 64;
  private static final Duration SETTLE_DEFAULT = Duration.ofDays(7);
  private static final Duration SETTLE_MAX = Duration.ofDays(366);

  /// The question, or FIELD_INVALID with all that is wrong with it.
  static OutcomeRequest read(GetCostPerOutcomeRequest wire, Caller caller, Instant now) {
    var asked = new AskedFields();
    var fields = asked.fields();
    asked.orgView(wire.getOrgView(), wire.getOrgViewValue());
    asked.reportingCurrency(wire.hasReportingCurrency(), wire.getReportingCurrency());
    var scope =
        asked.scope(
            caller,
            asked.time("start_time", wire.hasStartTime(), wire.getStartTime()),
            asked.time("end_time", wire.hasEndTime(), wire.getEndTime()),
            wire.getFiltersList());
    var groups = asked.dimensions("group_by", wire.getGroupByList(), AskedFields.GROUPS_MAX);
    var kind = fields.token("kind", wire.getKind(), KIND_MAX);
    var reference = fields.specified("reference", wire.getReference(), wire.getReferenceValue());
    var asOf = asked.asOf(wire.hasAsOfTime(), wire.getAsOfTime(), now);
    var counting = fields.known("counting", wire.getCounting(), wire.getCountingValue());
    var window = settleWindow(wire, fields);
    asked.check();
    return new OutcomeRequest(
        new OutcomeQuestion(
            scope,
            groups,
            kind,
            reference,
            asOf,
            counting == OutcomeCounting.OUTCOME_COUNTING_LATEST),
        window);
  }

  private static Duration settleWindow(GetCostPerOutcomeRequest wire, Fields fields) {
    return wire.hasSettleWindow()
        ? fields.duration("settle_window", wire.getSettleWindow(), Duration.ZERO, SETTLE_MAX)
        : SETTLE_DEFAULT;
  }
}
