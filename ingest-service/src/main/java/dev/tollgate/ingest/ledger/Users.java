package dev.tollgate.ingest.ledger;

import java.util.Set;

/// Whose the surrogates in the ledger are, and which were erased. Blocks; failures are those of
/// `ClickHouse`. Safe for concurrent use.
public interface Users {
  /// A surrogate that stands for nobody any more.
  record Erased(String tenant, String surrogate) {}

  /// How many rows are under a surrogate.
  record Rows(long events, long outcomes, long deployments, long costLines) {}

  /// How many erasures there are: another number when there is a new one.
  long erasures();

  /// All that were erased, of every tenant.
  Set<Erased> erased();

  /// Whether the ledger has the name of the surrogate.
  boolean isNamed(String tenant, String surrogate);

  /// Notes the erasure, durably. The name is there until `deleteErasedNames`.
  ///
  /// @param actor the public id of a credential
  void erase(Erased erased, String actor, String reason);

  /// Deletes the names of all surrogates that were erased; says how many rows had one.
  long deleteErasedNames();

  Rows rows(String tenant, String surrogate);
}
