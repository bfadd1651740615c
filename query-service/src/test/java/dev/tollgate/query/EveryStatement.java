package dev.tollgate.query;

import dev.tollgate.query.anomaly.AnomalyStatements;
import dev.tollgate.query.burn.BurnStatements;
import dev.tollgate.query.chargeback.ChargebackStatements;
import dev.tollgate.query.compare.CompareStatements;
import dev.tollgate.query.convert.ConvertStatements;
import dev.tollgate.query.cost.CostStatements;
import dev.tollgate.query.deployment.DeploymentStatements;
import dev.tollgate.query.focus.FocusStatements;
import dev.tollgate.query.health.HealthStatements;
import dev.tollgate.query.impact.ImpactStatements;
import dev.tollgate.query.ledger.WatermarkStatements;
import dev.tollgate.query.outcome.OutcomeStatements;
import dev.tollgate.query.reconcile.ReconcileStatements;
import dev.tollgate.query.saving.SavingStatements;
import dev.tollgate.query.search.SearchStatements;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.unit.UnitStatements;
import dev.tollgate.query.user.UserStatements;
import dev.tollgate.query.waste.WasteStatements;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that the service makes because of a caller. Whoever adds a
/// `...Statement` class adds a list of its statements here; the tests notice where one is missing.
@NullMarked
final class EveryStatement {
  private static final List<Function<String, List<Statement>>> KINDS =
      List.of(
          AnomalyStatements::of,
          BurnStatements::of,
          ChargebackStatements::of,
          CompareStatements::of,
          ConvertStatements::of,
          CostStatements::of,
          DeploymentStatements::of,
          FocusStatements::of,
          HealthStatements::of,
          ImpactStatements::of,
          OutcomeStatements::of,
          ReconcileStatements::of,
          SavingStatements::of,
          SearchStatements::of,
          UnitStatements::of,
          UserStatements::of,
          WasteStatements::of,
          WatermarkStatements::of);

  private EveryStatement() {}

  /// For a tenant. Where a statement can be given text of a caller, that has `x' OR 1 = 1` in it,
  /// or `a' OR '`, or `cost_owner`.
  static Stream<Statement> of(String tenant) {
    return KINDS.stream().flatMap(kind -> kind.apply(tenant).stream());
  }
}
