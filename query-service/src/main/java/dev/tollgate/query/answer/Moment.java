package dev.tollgate.query.answer;

import dev.tollgate.time.TimeSource;
import java.time.Instant;

/// A moment at which the clock on the wall stands.
///
/// @param running measures durations
record Moment(Instant now, TimeSource running) implements TimeSource {
  @Override
  public long nanoTime() {
    return running.nanoTime();
  }
}
