package dev.tollgate.query.unit;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.estimate.Proportion;
import java.util.Optional;

/// How many outcomes were successes and failures.
record Labels(long successes, long failures) {
  static final Labels NONE = new Labels(0, 0);

  static Labels read(Row row) {
    return new Labels(row.integer("successes"), row.integer("failures"));
  }

  Labels plus(Labels more) {
    return new Labels(successes + more.successes, failures + more.failures);
  }

  /// Empty where there are none.
  Optional<Proportion> rate() {
    var all = successes + failures;
    return all == 0 ? Optional.empty() : Optional.of(new Proportion(successes, all));
  }
}
