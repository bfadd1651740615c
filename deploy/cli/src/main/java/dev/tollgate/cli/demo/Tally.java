package dev.tollgate.cli.demo;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/// What became of the calls of a replay. Safe for concurrent use.
public final class Tally {
  final LongAdder allowed = new LongAdder();
  final LongAdder clamped = new LongAdder();
  final LongAdder denied = new LongAdder();
  final LongAdder accepted = new LongAdder();
  final LongAdder duplicates = new LongAdder();
  final LongAdder refused = new LongAdder();
  private final Map<String, LongAdder> deniedBy = new ConcurrentSkipListMap<>();

  /// @param by tenant and budget, for people
  void denied(String by) {
    denied.increment();
    deniedBy.computeIfAbsent(by, _ -> new LongAdder()).increment();
  }

  /// Grants of all that was asked for.
  public long allowed() {
    return allowed.sum();
  }

  /// Grants of less than was asked for.
  public long clamped() {
    return clamped.sum();
  }

  public long denied() {
    return denied.sum();
  }

  /// Denials by tenant and budget, in the order of names.
  public Map<String, LongAdder> deniedBy() {
    return deniedBy;
  }

  public long accepted() {
    return accepted.sum();
  }

  public long duplicates() {
    return duplicates.sum();
  }

  /// Events whose id was used with other content, or that were malformed: none, unless the budgets
  /// answered an earlier replay of the same calls differently.
  public long refused() {
    return refused.sum();
  }

  /// How many calls went through, to whatever end.
  public long calls() {
    return allowed() + clamped() + denied();
  }
}
