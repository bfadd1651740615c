package dev.tollgate.rating.extract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a value stands in a body: `a.b`, or `list[field=X|Y].b` for the elements of a list whose
/// field has one of the values.
record Path(String text, List<Step> steps) {
  private static final Pattern STEP =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?:\\[([a-z_]+)=([A-Za-z0-9_|]+)])?");

  /// A field; and, where it is a list, which elements of it.
  record Step(String name, String field, Set<String> values) {
    boolean isList() {
      return !field.isEmpty();
    }
  }

  /// A value and where it was found.
  record Found(String where, JsonNode value) {}

  /// @throws IllegalArgumentException where the text is no path
  static Path parse(String text) {
    var steps = new ArrayList<Step>();
    for (var part : text.split("\\.", -1)) {
      var matcher = STEP.matcher(part);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("\"" + text + "\" (expected: a path such as a.b)");
      }
      var field = matcher.group(2);
      steps.add(
          field == null
              ? new Step(part, "", Set.of())
              : new Step(matcher.group(1), field, Set.of(matcher.group(3).split("\\|", -1))));
    }
    return new Path(text, List.copyOf(steps));
  }

  /// All values at this path; null ones count as absent. What stands in the way is a flaw.
  List<Found> find(JsonNode from, Consumer<Flaw> flaws) {
    var found = new ArrayList<Found>(1);
    find(from, 0, "", found, flaws);
    return found;
  }

  private void find(JsonNode node, int at, String where, List<Found> found, Consumer<Flaw> flaws) {
    if (at == steps.size()) {
      found.add(new Found(where, node));
      return;
    }
    if (!node.isObject()) {
      flaws.accept(Flaw.unusable(where, Quantity.shown(node) + " (expected: an object)"));
      return;
    }
    var step = steps.get(at);
    var child = node.get(step.name);
    if (!isStated(child)) {
      return;
    }
    var there = where.isEmpty() ? step.name : where + "." + step.name;
    if (!step.isList()) {
      find(child, at + 1, there, found, flaws);
    } else if (!child.isArray()) {
      flaws.accept(Flaw.unusable(there, Quantity.shown(child) + " (expected: a list)"));
    } else {
      findIn(child, step, at, there, found, flaws);
    }
  }

  private void findIn(
      JsonNode list, Step step, int at, String where, List<Found> found, Consumer<Flaw> flaws) {
    for (int i = 0; i < list.size(); i++) {
      var element = list.get(i);
      var there = where + "[" + i + "]";
      if (!element.isObject()) {
        flaws.accept(Flaw.unusable(there, Quantity.shown(element) + " (expected: an object)"));
        return;
      }
      var value = element.get(step.field);
      if (value != null && value.isTextual() && step.values.contains(value.textValue())) {
        find(element, at + 1, there, found, flaws);
      }
    }
  }

  /// Whether what contains the value is there, so that the value's absence means none.
  boolean isContainerStated(JsonNode from) {
    var node = from;
    for (int i = 0; i < steps.size(); i++) {
      var step = steps.get(i);
      if (i == steps.size() - 1 && !step.isList()) {
        return true;
      }
      var child = node.get(step.name);
      if (!isStated(child)) {
        return false;
      }
      if (step.isList()) {
        return true;
      }
      node = child;
    }
    return true;
  }

  private static boolean isStated(@Nullable JsonNode node) {
    return node != null && !node.isNull() && !node.isMissingNode();
  }
}
