package dev.tollgate.load.query;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.time.Duration;
import java.time.Instant;

/// A time range.
record Range(Instant start, Instant end) {
  /// Its first part.
  Range first(Duration length) {
    return new Range(start, start.plus(length));
  }

  Timestamp startTime() {
    return Timestamps.fromSeconds(start.getEpochSecond());
  }

  Timestamp endTime() {
    return Timestamps.fromSeconds(end.getEpochSecond());
  }
}
