package dev.tollgate.ingest.attribute;

import dev.tollgate.kernel.dimension.Dimension;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A tenant's rules for tests, put together rule by rule; each is in force for ever.
public final class TestRules {
  private final List<AttributionRule> rules = new ArrayList<>();

  /// Ranked by when it was added.
  public TestRules rule(String id, Map<String, String> conditions, Map<String, String> sets) {
    rules.add(
        new AttributionRule(
            id,
            rules.size(),
            named(conditions),
            named(sets),
            Instant.MIN,
            Instant.MAX,
            1,
            Instant.EPOCH));
    return this;
  }

  public RuleOrder order() {
    return new RuleOrder(rules);
  }

  private static Map<Dimension, String> named(Map<String, String> values) {
    return values.entrySet().stream()
        .collect(
            Collectors.toMap(
                each -> Dimension.of(each.getKey()).orElseThrow(), Map.Entry::getValue));
  }
}
