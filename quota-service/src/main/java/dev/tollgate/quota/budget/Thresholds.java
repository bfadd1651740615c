package dev.tollgate.quota.budget;

import dev.tollgate.proto.common.v1.Dimensions;
import java.time.Instant;
import java.util.Map;

/// How far a budget's limits may be used, in percent of them.
///
/// @param soft from where on answers carry a notice
/// @param hard up to where calls are admitted
/// @param cutoffs in place of `hard`, for calls of a priority
public record Thresholds(int soft, int hard, Map<Priority, Integer> cutoffs, Grace grace) {
  /// 80 % and 100 %, for all calls alike.
  public static final Thresholds DEFAULT = new Thresholds(80, 100, Map.of(), Grace.NONE);

  public Thresholds {
    cutoffs = Map.copyOf(cutoffs);
  }

  /// Up to how many percent a call of the priority is admitted, without grace.
  public int admitted(Priority priority) {
    return cutoffs.getOrDefault(priority, hard);
  }

  /// How many percent any call may use at most.
  public int largest() {
    return cutoffs.values().stream().reduce(hard, Math::max) + grace.percent();
  }

  /// How many percent more the call may use.
  public int grace(Priority priority, Dimensions dimensions, Instant at) {
    return grace.isFor(priority, dimensions, at) ? grace.percent() : 0;
  }
}
