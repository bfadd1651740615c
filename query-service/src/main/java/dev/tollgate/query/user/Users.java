package dev.tollgate.query.user;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.dimension.Surrogate;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Puts surrogates in place of users' names in a question, and names in place of surrogates in its
/// answer. What stands for nobody stays as it is. Blocks; safe for concurrent use.
public final class Users {
  private final UserLedger ledger;
  private final boolean named;

  public Users(UserLedger ledger) {
    this(ledger, true);
  }

  private Users(UserLedger ledger, boolean named) {
    this.ledger = ledger;
    this.named = named;
  }

  /// The same users, shown by their surrogates.
  public Users nameless() {
    return new Users(ledger, false);
  }

  /// The scope as the ledger's rows understand it.
  public Scope hidden(Scope scope) {
    return scope.withConditions(
        scope.conditions().stream()
            .map(condition ->
                condition.dimension().isUser() ? hidden(scope.tenant(), condition) : condition)
            .toList());
  }

  /* Also the values themselves: an erased user is asked for by the surrogate. */
  private Condition hidden(String tenant, Condition condition) {
    var values = new ArrayList<>(condition.values());
    values.addAll(ledger.surrogates(tenant, condition.values()));
    return condition.withValues(values);
  }

  /// Groups of these dimensions as people know them, in their order.
  public List<List<String>> shown(
      String tenant, List<Dimension> dimensions, List<List<String>> groups) {
    var at = dimensions.stream().map(Dimension::isUser).toList().indexOf(true);
    if (at < 0 || !named) {
      return groups;
    }
    var surrogates =
        groups.stream().map(group -> group.get(at)).filter(Surrogate::isShapeOf).distinct();
    var names = ledger.names(tenant, surrogates.toList());
    return groups.stream().map(group -> shown(group, at, names)).toList();
  }

  private static List<String> shown(List<String> group, int at, Map<String, String> names) {
    var shown = new ArrayList<>(group);
    shown.set(at, names.getOrDefault(group.get(at), group.get(at)));
    return shown;
  }
}
