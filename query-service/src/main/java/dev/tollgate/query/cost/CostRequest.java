package dev.tollgate.query.cost;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.query.v1.Comparison;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.Measure;
import dev.tollgate.query.ask.AskedFields;
import dev.tollgate.query.calendar.Earlier;
import dev.tollgate.query.fx.Conversion;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// A `GetCostRequest` as it came over the wire, and its reading.
record CostRequest(CostQuestion question, int pageSize) {
  private static final int TOP_MAX = 100;
  private static final Set<Measure> MEASURES =
      EnumSet.of(
          Measure.MEASURE_COST,
          Measure.MEASURE_EVENTS,
          Measure.MEASURE_ERRORS,
          Measure.MEASURE_UNPRICED_EVENTS,
          Measure.MEASURE_TOKENS);

  /// The question, or FIELD_INVALID with all that is wrong with it, or QUERY_TOO_LARGE.
  static CostRequest read(GetCostRequest wire, Caller caller) {
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
    var zone = asked.zone(wire.getTimeZone());
    var step = asked.step(wire.getGranularity(), wire.getGranularityValue());
    var pageSize =
        wire.getTop() == 0
            ? asked.pageSize(wire.getPageSize())
            : asked.pageSize(wire.getPageSize(), AskedFields.PAGE_SIZE_MAX);
    var measures = measures(wire, fields);
    checkTop(wire, fields);
    fields.known("comparison", wire.getComparison(), wire.getComparisonValue());
    asked.check();
    var buckets = AskedFields.buckets(step, zone, scope);
    var earlier =
        wire.getComparison() == Comparison.COMPARISON_PREVIOUS_PERIOD
            ? Optional.of(Earlier.of(step, zone, scope.start(), scope.end(), buckets))
            : Optional.<Earlier>empty();
    return new CostRequest(
        new CostQuestion(scope, groups, buckets, measures, wire.getTop(), earlier), pageSize);
  }

  private static Set<Measure> measures(GetCostRequest wire, Fields fields) {
    var measures = EnumSet.noneOf(Measure.class);
    if (wire.getMeasuresCount() == 0) {
      return MEASURES;
    }
    var most = Measure.values().length - 2;
    fields.count("measures (size)", wire.getMeasuresCount(), 0, most);
    for (var i = 0; wire.getMeasuresCount() <= most && i < wire.getMeasuresCount(); i++) {
      var field = "measures[" + i + "]";
      var measure = fields.specified(field, wire.getMeasures(i), wire.getMeasuresValue(i));
      if (!measures.add(measure)) {
        fields.reject(field, measure.name(), "each once");
      }
    }
    return measures;
  }

  private static void checkTop(GetCostRequest wire, Fields fields) {
    fields.count("top", wire.getTop(), 0, TOP_MAX);
    if (wire.getTop() != 0 && wire.getGroupByCount() == 0) {
      fields.reject("top", wire.getTop() + "", "0 without group_by");
    }
    if (wire.getTop() != 0 && !wire.getPageToken().isEmpty()) {
      fields.rejectText("page_token", wire.getPageToken(), "none with top");
    }
  }

  /// What an answer depends on besides who asks: the question without its pages, and with the
  /// version of the table by which it is converted.
  static GetCostRequest withoutPage(GetCostRequest request, Conversion conversion) {
    var question = request.toBuilder().clearPageSize().clearPageToken();
    if (!conversion.isNone()) {
      question.getReportingCurrencyBuilder().setVersion(conversion.version());
    }
    return question.build();
  }
}
