package dev.tollgate.query.cost;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.dimension.Surrogate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Puts surrogates in place of users' names in a question, and names in place of surrogates in its
/// answer. What stands for nobody stays as it is. Blocks.
final class Users {
  private final CostLedger ledger;

  Users(CostLedger ledger) {
    this.ledger = ledger;
  }

  /// The question as the ledger's rows understand it.
  CostQuestion hidden(CostQuestion question) {
    var conditions =
        question.conditions().stream()
            .map(condition ->
                condition.dimension().isUser() ? hidden(question.tenant(), condition) : condition)
            .toList();
    return question.withConditions(conditions);
  }

  /* Also the values themselves: an erased user is asked for by the surrogate. */
  private Condition hidden(String tenant, Condition condition) {
    var values = new ArrayList<>(condition.values());
    values.addAll(ledger.surrogates(tenant, condition.values()));
    return new Condition(condition.dimension(), values);
  }

  /// The groups of the lines as people know them, in their order.
  List<List<String>> shownGroups(CostQuestion question, List<CostLine> lines) {
    var groups = lines.stream().map(CostLine::group).toList();
    var at = place(question.groups());
    if (at < 0) {
      return groups;
    }
    var surrogates =
        groups.stream().map(group -> group.get(at)).filter(Surrogate::isShapeOf).distinct();
    var names = ledger.userNames(question.tenant(), surrogates.toList());
    return groups.stream().map(group -> shown(group, at, names)).toList();
  }

  private static int place(List<Dimension> groups) {
    return IntStream.range(0, groups.size())
        .filter(i -> groups.get(i).isUser())
        .findFirst()
        .orElse(-1);
  }

  private static List<String> shown(List<String> group, int at, Map<String, String> names) {
    var shown = new ArrayList<>(group);
    shown.set(at, names.getOrDefault(group.get(at), group.get(at)));
    return shown;
  }
}
