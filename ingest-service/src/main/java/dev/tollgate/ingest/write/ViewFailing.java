package dev.tollgate.ingest.write;

/// A view of the ledger fails: nothing is lost, and nothing moves until it is mended.
final class ViewFailing extends RuntimeException {
  private static final long serialVersionUID = 1;

  ViewFailing(int code) {
    super("a view of the ledger fails with code " + code + "; what it misses is sent again");
  }
}
