package dev.tollgate.ingest.dedupe;

/// What is known about an event at the moment when it comes in.
public sealed interface Verdict {
  /// Nobody else brings it right now; the claim must be decided.
  record Fresh(Claim claim) implements Verdict {}

  /// Somebody else brought it a moment ago and it is not decided yet.
  record Follows(Claim claim) implements Verdict {}

  /// It counts already.
  record Known(Counted counted) implements Verdict {}
}
