package dev.tollgate.query.anomaly;

import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.query.v1.Anomaly;
import dev.tollgate.proto.query.v1.AnomalyRule;
import dev.tollgate.proto.query.v1.ListAnomaliesRequest;
import dev.tollgate.query.ask.AskedFields;
import dev.tollgate.query.scope.Scope;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which anomalies a caller wants to see, checked.
///
/// @param pins what the caller's credential pins
record AnomalyQuestion(
    Scope scope,
    Set<AnomalyRule> rules,
    String dimension,
    Set<String> values,
    boolean openOnly,
    int pageSize,
    Map<String, String> pins) {
  private static final Set<String> DIMENSIONS = Set.of("", "team", "feature", "model");
  private static final int VALUES_MAX = 100;
  private static final int PAGE_SIZE = 100;
  private static final int PAGE_SIZE_MAX = 1_000;

  AnomalyQuestion {
    rules = Set.copyOf(rules);
    values = Set.copyOf(values);
    pins = Map.copyOf(pins);
  }

  /// The question, or FIELD_INVALID with all that is wrong with it.
  ///
  /// @throws Failure FIELD_INVALID
  static AnomalyQuestion read(ListAnomaliesRequest wire, Caller caller) {
    var asked = new AskedFields();
    var fields = asked.fields();
    var scope =
        asked.scope(
            caller,
            asked.time("start_time", wire.hasStartTime(), wire.getStartTime()),
            asked.time("end_time", wire.hasEndTime(), wire.getEndTime()),
            List.of());
    var rules = new HashSet<AnomalyRule>();
    for (var i = 0; i < wire.getRulesCount(); i++) {
      var field = "rules[" + i + "]";
      var rule = fields.specified(field, wire.getRules(i), wire.getRulesValue(i));
      if (!rules.add(rule)) {
        fields.reject(field, rule.name(), "each once");
      }
    }
    if (!DIMENSIONS.contains(wire.getDimension())) {
      fields.rejectText("dimension", wire.getDimension(), "team, feature, model or nothing");
    }
    values(wire, fields);
    var size = (int) fields.count("page_size", wire.getPageSize(), 0, PAGE_SIZE_MAX);
    asked.check();
    return new AnomalyQuestion(
        scope,
        rules,
        wire.getDimension(),
        Set.copyOf(wire.getValuesList()),
        wire.getOpenOnly(),
        size == 0 ? PAGE_SIZE : size,
        caller.pins());
  }

  private static void values(ListAnomaliesRequest wire, Fields fields) {
    var most = wire.getDimension().isEmpty() ? 0 : VALUES_MAX;
    var count = wire.getValuesCount();
    fields.count("values (size)", count, 0, most);
    for (var i = 0; i < Math.min(count, most); i++) {
      fields.text("values[" + i + "]", wire.getValues(i), 1, Fields.DIMENSION_VALUE_MAX);
    }
  }

  /// Whether it is asked for, and the caller may see it.
  boolean wants(Anomaly anomaly) {
    return (rules.isEmpty() || rules.contains(anomaly.getRule()))
        && (dimension.isEmpty() || dimension.equals(anomaly.getDimension()))
        && (values.isEmpty() || values.contains(anomaly.getValue()))
        && !(openOnly && anomaly.hasEndTime())
        && (pins.isEmpty() || pins.equals(Map.of(anomaly.getDimension(), anomaly.getValue())));
  }
}
