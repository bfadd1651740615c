package dev.tollgate.query.deployment;

import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.scope.Scope;
import java.util.List;
import java.util.Optional;

/// What the ledger says was brought into use. Blocks; safe for concurrent use.
public final class DeploymentLedger {
  private final Ledger ledger;

  public DeploymentLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /// The one of an id, whatever the scope's time.
  public Optional<Deployment> find(Scope scope, String id) {
    return ledger.read(DeploymentStatement.of(scope, id), Deployment::read).stream().findFirst();
  }

  /// Those of the scope, by time; the first ones where they are more than `most`.
  public List<Deployment> list(Scope scope, int most) {
    return ledger.read(DeploymentStatement.of(scope, most), Deployment::read);
  }
}
