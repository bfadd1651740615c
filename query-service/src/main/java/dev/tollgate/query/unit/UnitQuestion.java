package dev.tollgate.query.unit;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.query.v1.CostScope;
import dev.tollgate.proto.query.v1.GetUnitEconomicsRequest;
import dev.tollgate.query.ask.AskedFields;
import dev.tollgate.query.scope.Scope;
import java.util.List;
import java.util.Optional;

/// What a caller wants to know about units, checked.
///
/// @param full whether what is paid besides calls is a cost, too
/// @param revenueKind of the outcomes that bring revenue
record UnitQuestion(
    Scope scope, List<Dimension> groups, boolean full, Optional<String> revenueKind) {
  static final int KIND_MAX = 64;

  UnitQuestion {
    groups = List.copyOf(groups);
  }

  /// The question, or FIELD_INVALID with all that is wrong with it.
  static UnitQuestion read(GetUnitEconomicsRequest wire, Caller caller) {
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
    var costs = fields.known("scope", wire.getScope(), wire.getScopeValue());
    if (!wire.getRevenueKind().isEmpty()) {
      fields.token("revenue_kind", wire.getRevenueKind(), KIND_MAX);
    }
    asked.check();
    return new UnitQuestion(
        scope,
        groups,
        costs == CostScope.COST_SCOPE_FULL,
        Optional.of(wire.getRevenueKind()).filter(kind -> !kind.isEmpty()));
  }

  UnitQuestion within(Scope other) {
    return new UnitQuestion(other, groups, full, revenueKind);
  }
}
