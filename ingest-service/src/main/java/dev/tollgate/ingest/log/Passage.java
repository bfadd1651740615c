package dev.tollgate.ingest.log;

/// Hears when what the log carries passes one of the points between which a crash must lose and
/// double nothing. In the product nobody listens; a test ends the process there.
public interface Passage {
  /// Between which two steps.
  enum Point {
    /// A group of records is written, and not fsynced.
    APPEND_FSYNC,
    /// A group of records is fsynced, and nobody has been told.
    FSYNC_ACK,
    /// A new batch's seal is fsynced, and nothing of it was sent to the ledger.
    SEAL_INSERT,
    /// The ledger has a batch, and the log does not say so yet.
    INSERT_COMMIT,
    /// The log says that the ledger has all of a segment, which is about to be deleted.
    COMMIT_RETIRE
  }

  /// Nobody listens.
  Passage UNHEARD = _ -> {};

  /// Called on the thread that passes: what blocks here holds up the log or the writer.
  void at(Point point);
}
