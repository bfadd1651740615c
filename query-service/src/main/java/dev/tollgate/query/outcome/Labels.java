package dev.tollgate.query.outcome;

/// What is known of a cohort's references: how many there are and have a label, and what came of
/// them.
///
/// @param references with at least one event
/// @param labelled those of them with a success or a failure
record Labels(long references, long labelled, long successes, long failures) {
  static final Labels NONE = new Labels(0, 0, 0, 0);

  Labels plus(Labels other) {
    return new Labels(
        references + other.references,
        labelled + other.labelled,
        successes + other.successes,
        failures + other.failures);
  }
}
