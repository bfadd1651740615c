package dev.tollgate.ingest.attribute;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Dimensions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What calls with some dimensions get as others, where they don't state them.
///
/// @param conditions what an event must have: a value, or with `*` at its end how the value begins
/// @param sets what it gets
/// @param from the first event time that it holds for
/// @param until the first that it holds for no more
/// @param version how often it was written
record AttributionRule(
    String id,
    int rank,
    Map<Dimension, String> conditions,
    Map<Dimension, String> sets,
    Instant from,
    Instant until,
    long version,
    Instant updateTime) {
  static final String WILDCARD = "*";

  /// In this order they are tried.
  static final Comparator<AttributionRule> ORDER =
      Comparator.comparingInt(AttributionRule::rank).thenComparing(AttributionRule::id);

  private static final int TAGS_MAX = 16;

  AttributionRule {
    conditions = Map.copyOf(conditions);
    sets = Map.copyOf(sets);
  }

  /// By the names of dimensions.
  static SortedMap<String, String> byName(Map<Dimension, String> values) {
    var named = new TreeMap<String, String>();
    values.forEach((dimension, value) -> named.put(dimension.name(), value));
    return named;
  }

  boolean matches(Dimensions dimensions, Instant time) {
    if (time.isBefore(from) || !time.isBefore(until)) {
      return false;
    }
    for (var condition : conditions.entrySet()) {
      if (!holds(condition.getValue(), condition.getKey().read(dimensions))) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(String expected, String value) {
    return expected.endsWith(WILDCARD)
        ? !value.isEmpty() && value.startsWith(expected.substring(0, expected.length() - 1))
        : value.equals(expected);
  }

  /// The same, whoever the user is, if it asks for one at all.
  AttributionRule forAnyUser() {
    if (!asksForName()) {
      return this;
    }
    var any = new HashMap<>(conditions);
    any.replaceAll((dimension, value) -> dimension.isUser() ? WILDCARD : value);
    return new AttributionRule(id, rank, any, sets, from, until, version, updateTime);
  }

  /// Whether it wants more of a user than that there is one.
  boolean asksForName() {
    return conditions.entrySet().stream()
        .anyMatch(each -> each.getKey().isUser() && !each.getValue().equals(WILDCARD));
  }

  /// Writes what it sets where nothing is stated.
  Attribution fill(Dimensions stated) {
    var dimensions = stated.toBuilder();
    var names = new ArrayList<String>();
    for (var set : byName(sets).entrySet()) {
      var dimension = Dimension.of(set.getKey()).orElseThrow();
      var isFull = dimension.isTag() && dimensions.getTagsCount() >= TAGS_MAX;
      if (!isFull && dimension.read(stated).isEmpty()) {
        dimension.write(dimensions, set.getValue());
        names.add(dimension.name());
      }
    }
    return new Attribution(
        dimensions.build(), names.isEmpty() ? Filled.NOTHING : new Filled(id, names));
  }

  /// Whether this is what the other rule becomes when it is written.
  boolean isWritten(AttributionRule other) {
    return version == other.version + 1
        && rank == other.rank
        && conditions.equals(other.conditions)
        && sets.equals(other.sets)
        && from.equals(other.from)
        && until.equals(other.until);
  }
}
