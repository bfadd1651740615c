package dev.tollgate.ingest.attribute;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Dimensions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// A tenant's attribution rules, in the order in which they are tried.
public final class RuleOrder {
  static final RuleOrder NONE = new RuleOrder(List.of());

  private final List<AttributionRule> rules;

  RuleOrder(List<AttributionRule> rules) {
    var sorted = new ArrayList<>(rules);
    sorted.sort(AttributionRule.ORDER);
    this.rules = List.copyOf(sorted);
  }

  List<AttributionRule> rules() {
    return rules;
  }

  /// What a call that states these dimensions is attributed to.
  Attribution attribute(Dimensions stated, Instant time) {
    for (var rule : rules) {
      if (rule.matches(stated, time)) {
        return rule.fill(stated);
      }
    }
    return new Attribution(stated, Filled.NOTHING);
  }

  /// What a call of the ledger would be attributed to if it came in now: by what it stated itself.
  /// Its user stays as it is, since the ledger has surrogates where rules have names. Empty where a
  /// rule is asked that wants a user's name, and would apply if it is the one.
  public Optional<Attribution> attributeAgain(Attribution stored, Instant time) {
    var stated = stored.stated();
    for (var rule : rules) {
      if (rule.forAnyUser().matches(stated, time)) {
        return rule.asksForName()
            ? Optional.empty()
            : Optional.of(withUserOf(stored, rule.fill(stated)));
      }
    }
    return Optional.of(withUserOf(stored, new Attribution(stated, Filled.NOTHING)));
  }

  private static Attribution withUserOf(Attribution stored, Attribution anew) {
    var names = new TreeSet<>(anew.filled().dimensions());
    names.remove(Dimension.USER);
    var rule = names.isEmpty() ? "" : anew.filled().rule();
    if (stored.filled().dimensions().contains(Dimension.USER)) {
      names.add(Dimension.USER);
      rule = rule.isEmpty() ? stored.filled().rule() : rule;
    }
    return new Attribution(
        anew.dimensions().toBuilder().setUser(stored.dimensions().getUser()).build(),
        new Filled(rule, List.copyOf(names)));
  }
}
