package dev.tollgate.load.drive;

/// Something that is done again and again, many times at once. Safe for concurrent use.
public interface Operation {
  /// Begins it once more and returns at once; the tally hears what comes of it.
  ///
  /// @param lane which of those in flight it is: one lane uses one connection
  /// @param intendedNanos when it should have begun, from which its latency counts
  void begin(int lane, long intendedNanos, Tally tally);
}
