package dev.tollgate.query.unit;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.query.v1.GetRoiRequest;
import dev.tollgate.query.ask.AskedFields;
import dev.tollgate.query.scope.Scope;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What a caller wants to know about returns, checked.
///
/// @param units whose cost: all of it
/// @param valueKinds of outcomes that are worth something
/// @param revenueKinds of outcomes that bring revenue
record RoiQuestion(UnitQuestion units, List<String> valueKinds, List<String> revenueKinds) {
  private static final int KINDS_MAX = 16;

  RoiQuestion {
    valueKinds = List.copyOf(valueKinds);
    revenueKinds = List.copyOf(revenueKinds);
  }

  /// The question, or FIELD_INVALID with all that is wrong with it.
  static RoiQuestion read(GetRoiRequest wire, Caller caller) {
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
    var fields = asked.fields();
    var seen = new HashSet<String>();
    kinds(fields, "value_kinds", wire.getValueKindsList(), seen);
    kinds(fields, "revenue_kinds", wire.getRevenueKindsList(), seen);
    if (wire.getValueKindsCount() + wire.getRevenueKindsCount() == 0) {
      fields.reject("value_kinds", "none", "a kind here or in revenue_kinds");
    }
    asked.check();
    return new RoiQuestion(
        new UnitQuestion(scope, groups, true, Optional.empty()),
        wire.getValueKindsList(),
        wire.getRevenueKindsList());
  }

  private static void kinds(Fields fields, String field, List<String> kinds, Set<String> seen) {
    fields.count(field + " (size)", kinds.size(), 0, KINDS_MAX);
    if (kinds.size() > KINDS_MAX) {
      return;
    }
    for (var i = 0; i < kinds.size(); i++) {
      var element = field + "[" + i + "]";
      fields.token(element, kinds.get(i), UnitQuestion.KIND_MAX);
      if (!seen.add(kinds.get(i))) {
        fields.reject(element, Shown.text(kinds.get(i)) + " (expected: each kind once)");
      }
    }
  }

  RoiQuestion within(Scope other) {
    return new RoiQuestion(units.within(other), valueKinds, revenueKinds);
  }

  List<String> kinds() {
    return Stream.concat(valueKinds.stream(), revenueKinds.stream()).toList();
  }
}
