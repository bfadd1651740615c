package dev.tollgate.time;

import java.time.Instant;

/// Where the code gets the time from; handed in by `main`. Safe for concurrent use.
public interface TimeSource {
  /// The machine's clocks. Only a `main` refers to it.
  TimeSource SYSTEM =
      new TimeSource() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public long nanoTime() {
          return System.nanoTime();
        }
      };

  /// The instant on the wall clock, which may jump.
  Instant now();

  /// Nanoseconds since an arbitrary point; never goes back. For durations only.
  long nanoTime();
}
