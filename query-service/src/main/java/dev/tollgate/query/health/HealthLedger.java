package dev.tollgate.query.health;

import dev.tollgate.failure.Failure;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.statement.LedgerStatement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// What the ledger says about endpoints. Blocks; safe for concurrent use.
final class HealthLedger {
  private final Ledger ledger;

  HealthLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /// @throws Failure QUERY_TOO_LARGE where endpoints or ill hours are too many
  Health health(HealthQuestion question) {
    var read =
        ledger.read(
            HealthStatement.health(question),
            row -> CallHour.read(LedgerStatement.group(row, question.groups()), row));
    var whole = new HashMap<List<String>, CallHour>();
    var ill = new ArrayList<CallHour>();
    for (var hour : read) {
      if (hour.isWhole()) {
        whole.put(hour.group(), hour);
      } else {
        ill.add(hour);
      }
    }
    Limits.checkRows(ill.size());
    var costs = new HashMap<List<String>, List<HealthCost>>();
    ledger
        .read(
            HealthStatement.cost(question, ill.stream().map(CallHour::key).toList()),
            row -> HealthCost.read(LedgerStatement.group(row, question.groups()), row))
        .forEach(cost -> costs.computeIfAbsent(cost.key(), key -> new ArrayList<>()).add(cost));
    return new Health(whole, ill, costs);
  }
}
