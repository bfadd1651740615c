package dev.tollgate.ingest.ledger;

/// What became of an insert that the ledger answered.
public sealed interface Insertion {
  /// The ledger has it, now or since before.
  record Taken() implements Insertion {}

  /// Nothing of it was added, and these bytes never will be.
  ///
  /// @param code of the ledger's error
  record Refused(int code) implements Insertion {}

  /// It is in its table, but not in every rollup: a view failed. The same insert, again, heals it
  /// once the view is mended.
  ///
  /// @param code of the view's error
  record Unfinished(int code) implements Insertion {}
}
