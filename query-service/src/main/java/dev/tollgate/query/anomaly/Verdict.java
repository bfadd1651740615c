package dev.tollgate.query.anomaly;

/// What a rule says of an hour.
enum Verdict {
  /// Unusual: an anomaly begins here, or goes on.
  FIRING,
  /// Neither unusual nor clearly in order: none begins, and one that is open goes on.
  HOLDING,
  /// In order: what is open is over.
  CLEAR,
  /// The hour is not complete, and not far enough over to be judged before it is.
  PENDING,
  /// Too little to judge: what is open is over.
  INSUFFICIENT_SAMPLE;

  boolean ends() {
    return this == CLEAR || this == INSUFFICIENT_SAMPLE;
  }
}
