package dev.tollgate.quota.budget;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Selectors and groups as they go over the wire: parsed with every mistake named.
final class SelectorForm {
  private static final int SELECTOR_MAX = 8;
  private static final int GROUP_BY_MAX = 3;

  private SelectorForm() {}

  /// Dimensions and their values, each known and not empty.
  static SequencedMap<String, String> values(
      Fields fields, String field, Map<String, String> given) {
    fields.count(field + " (size)", given.size(), 0, SELECTOR_MAX);
    var selector = new TreeMap<String, String>();
    if (given.size() <= SELECTOR_MAX) {
      given.forEach((name, value) -> {
        if (!dimension(fields, field, name).isEmpty()) {
          var each = field + "[" + Shown.clip(name) + "]";
          selector.put(name, fields.text(each, value, 1, Fields.DIMENSION_VALUE_MAX));
        }
      });
    }
    return selector;
  }

  static List<Dimension> groupBy(Fields fields, String field, List<String> names) {
    fields.count(field + " (size)", names.size(), 0, GROUP_BY_MAX);
    var groupBy = new ArrayList<Dimension>();
    if (names.size() <= GROUP_BY_MAX) {
      for (var name : names) {
        for (var dimension : dimension(fields, field, name)) {
          if (groupBy.contains(dimension)) {
            fields.reject(field, name + " (expected: each once)");
          }
          groupBy.add(dimension);
        }
      }
    }
    return groupBy;
  }

  /* The dimension of that name, or none where it was rejected. */
  private static List<Dimension> dimension(Fields fields, String field, String name) {
    var dimension = Dimension.of(name);
    if (dimension.isEmpty()) {
      fields.reject(
          field,
          Shown.text(name) + " (expected: a dimension; like " + Dimension.nearest(name) + "?)");
    }
    return dimension.stream().toList();
  }
}
