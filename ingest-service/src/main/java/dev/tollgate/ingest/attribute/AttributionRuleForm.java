package dev.tollgate.ingest.attribute;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.kernel.field.Times;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Attribution rules as they go over the wire and into the store: parsed with every mistake named,
/// and printed.
final class AttributionRuleForm {
  static final long VERSION_MAX = 1_000_000_000_000_000L;

  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final int RANK_MAX = 10_000;
  private static final int CONDITIONS_MAX = 8;
  private static final int SETS_MAX = 16;
  private static final Set<String> ALWAYS_STATED = Set.of("provider", "model");
  private static final Instant TIME_MIN = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("2200-01-01T00:00:00Z");

  private AttributionRuleForm() {}

  /// Reads a rule; what is wrong with it is in the fields afterwards.
  static AttributionRule parse(
      Fields fields, dev.tollgate.proto.ingest.v1.AttributionRule form, Instant updated) {
    id(fields, "rule.rule_id", form.getRuleId());
    var from = Instant.MIN;
    var until = Instant.MAX;
    if (form.hasStartTime()) {
      from = fields.instant("rule.start_time", true, form.getStartTime(), TIME_MIN, TIME_MAX);
    }
    if (form.hasEndTime()) {
      until = fields.instant("rule.end_time", true, form.getEndTime(), TIME_MIN, TIME_MAX);
      if (!until.isAfter(from)) {
        fields.reject("rule.end_time", until.toString(), "after start_time, " + from);
      }
    }
    return new AttributionRule(
        form.getRuleId(),
        (int) fields.count("rule.rank", form.getRank(), 0, RANK_MAX),
        conditions(fields, form.getConditionsMap()),
        sets(fields, form.getSetsMap()),
        from,
        until,
        fields.count("rule.version", form.getVersion(), 0, VERSION_MAX),
        updated);
  }

  static void id(Fields fields, String field, String value) {
    if (!ID.matcher(value).matches()) {
      fields.rejectText(field, value, "1 to 63 of a-z 0-9 -, starting with a letter");
    }
  }

  private static Map<Dimension, String> conditions(Fields fields, Map<String, String> given) {
    var conditions = values(fields, "rule.conditions", given, CONDITIONS_MAX);
    conditions.forEach((dimension, value) -> {
      var star = value.indexOf(AttributionRule.WILDCARD);
      if (star >= 0 && star < value.length() - 1) {
        fields.rejectText(
            "rule.conditions[" + dimension + "]", value, "a * only as the last character");
      }
    });
    return conditions;
  }

  private static Map<Dimension, String> sets(Fields fields, Map<String, String> given) {
    var sets = values(fields, "rule.sets", given, SETS_MAX);
    for (var name : ALWAYS_STATED) {
      if (given.containsKey(name)) {
        fields.reject("rule.sets[" + name + "]", "set", "not set: every event states it");
      }
    }
    return sets;
  }

  private static Map<Dimension, String> values(
      Fields fields, String field, Map<String, String> given, int max) {
    var values = new HashMap<Dimension, String>();
    if (given.isEmpty() || given.size() > max) {
      fields.reject(field + " (size)", "" + given.size(), "1 to " + max);
      return values;
    }
    given.forEach((name, value) -> {
      var key = field + "[" + Shown.clip(name) + "]";
      var dimension = Dimension.of(name);
      if (dimension.isEmpty()) {
        fields.reject(
            key, "unknown", "a dimension like " + Dimension.nearest(name) + ", or tags.<key>");
      } else {
        values.put(dimension.get(), fields.text(key, value, 1, Fields.DIMENSION_VALUE_MAX));
      }
    });
    return values;
  }

  /// The rule that an entry of the store holds: the table knows its id, version and time.
  static AttributionRule stored(Entry entry) {
    try {
      var form = dev.tollgate.proto.ingest.v1.AttributionRule.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(entry.content(), form);
      var fields = new Fields();
      form.setRuleId(entry.id()).setVersion(entry.version());
      var read = parse(fields, form.build(), entry.writeTime());
      fields.check();
      return read;
    } catch (InvalidProtocolBufferException | Failure e) {
      throw new IllegalStateException(
          "attribution rule " + entry.tenant() + "/" + entry.id() + " can't be read", e);
    }
  }

  /// As it goes into the store.
  static String json(AttributionRule rule) {
    try {
      return JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .print(print(rule).toBuilder().clearRuleId().clearVersion().clearUpdateTime());
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static dev.tollgate.proto.ingest.v1.AttributionRule print(AttributionRule rule) {
    var form =
        dev.tollgate.proto.ingest.v1.AttributionRule.newBuilder()
            .setRuleId(rule.id())
            .setRank(rule.rank())
            .putAllConditions(AttributionRule.byName(rule.conditions()))
            .putAllSets(AttributionRule.byName(rule.sets()))
            .setVersion(rule.version())
            .setUpdateTime(Times.timestamp(rule.updateTime()));
    if (!rule.from().equals(Instant.MIN)) {
      form.setStartTime(Times.timestamp(rule.from()));
    }
    if (!rule.until().equals(Instant.MAX)) {
      form.setEndTime(Times.timestamp(rule.until()));
    }
    return form.build();
  }
}
