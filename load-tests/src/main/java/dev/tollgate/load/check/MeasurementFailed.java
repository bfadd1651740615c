package dev.tollgate.load.check;

import org.jspecify.annotations.Nullable;

/// Why there are no figures: in a sentence for whoever ran the benchmark.
final class MeasurementFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  MeasurementFailed(String message) {
    super(message);
  }

  MeasurementFailed(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
