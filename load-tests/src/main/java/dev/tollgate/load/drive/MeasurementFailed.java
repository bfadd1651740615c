package dev.tollgate.load.drive;

import org.jspecify.annotations.Nullable;

/// Why there are no figures: in a sentence for whoever ran the benchmark.
public final class MeasurementFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  public MeasurementFailed(String message) {
    super(message);
  }

  public MeasurementFailed(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
