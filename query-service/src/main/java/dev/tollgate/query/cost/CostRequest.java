package dev.tollgate.query.cost;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.query.ask.AskedFields;

/// A `GetCostRequest` as it came over the wire, and its reading.
record CostRequest(CostQuestion question, int pageSize) {
  /// The question, or FIELD_INVALID with all that is wrong with it, or QUERY_TOO_LARGE.
  static CostRequest read(GetCostRequest wire, Caller caller) {
    var asked = new AskedFields();
    var scope =
        asked.scope(
            caller,
            asked.time("start_time", wire.hasStartTime(), wire.getStartTime()),
            asked.time("end_time", wire.hasEndTime(), wire.getEndTime()),
            wire.getFiltersList());
    var groups = asked.dimensions("group_by", wire.getGroupByList(), AskedFields.GROUPS_MAX);
    var zone = asked.zone(wire.getTimeZone());
    var step = asked.step(wire.getGranularity(), wire.getGranularityValue());
    var pageSize = asked.pageSize(wire.getPageSize());
    asked.check();
    return new CostRequest(
        new CostQuestion(scope, groups, AskedFields.buckets(step, zone, scope)), pageSize);
  }

  /// What an answer depends on besides who asks: the question without its pages.
  static GetCostRequest withoutPage(GetCostRequest request) {
    return request.toBuilder().clearPageSize().clearPageToken().build();
  }
}
