package dev.tollgate.query.waste;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.query.v1.GetRetryWasteRequest;
import dev.tollgate.query.ask.AskedFields;
import dev.tollgate.query.scope.Scope;
import java.util.List;

/// What a caller wants to know about waste, checked.
///
/// @param chosen how many of the scope's conditions the caller chose; those after them are pins
record WasteQuestion(Scope scope, int chosen, List<Dimension> groups) {
  WasteQuestion {
    groups = List.copyOf(groups);
  }

  /// The question, or FIELD_INVALID with all that is wrong with it.
  static WasteQuestion read(GetRetryWasteRequest wire, Caller caller) {
    var asked = new AskedFields();
    asked.orgView(wire.getOrgView(), wire.getOrgViewValue());
    asked.reportingCurrency(wire.hasReportingCurrency(), wire.getReportingCurrency());
    var scope =
        asked.scope(
            caller,
            asked.time("start_time", wire.hasStartTime(), wire.getStartTime()),
            asked.time("end_time", wire.hasEndTime(), wire.getEndTime()),
            wire.getFiltersList());
    var groups = asked.dimensions("group_by", wire.getGroupByList(), AskedFields.GROUPS_MAX);
    asked.check();
    return new WasteQuestion(scope, wire.getFiltersCount(), groups);
  }

  WasteQuestion within(Scope other) {
    return new WasteQuestion(other, chosen, groups);
  }
}
