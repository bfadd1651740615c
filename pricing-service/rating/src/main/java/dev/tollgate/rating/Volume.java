package dev.tollgate.rating;

import java.math.BigDecimal;
import java.util.List;

/// Prices that depend on how much was used before in a billing period. Whoever asks for a charge
/// states that position; the engine never counts.
///
/// @param counter under which name the position is stated
/// @param steps ascending, at least one except in `NONE`
public record Volume(String counter, Mode mode, List<Step> steps) {
  public static final Volume NONE = new Volume("", Mode.MARGINAL, List.of());

  /// Which units get the price of a step.
  public enum Mode {
    /// Those above its threshold.
    MARGINAL,
    /// All of the period, also those below: the call that passes the threshold is charged the
    /// difference, which may be negative.
    RETROACTIVE
  }

  /// One step.
  ///
  /// @param above how many units the period must pass
  /// @param amount what the price's unit quantity costs from there on
  public record Step(long above, BigDecimal amount) {}

  boolean isNone() {
    return steps.isEmpty();
  }
}
