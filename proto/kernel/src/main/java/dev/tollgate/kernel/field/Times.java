package dev.tollgate.kernel.field;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/// Instants as the contract says them, to the nanosecond.
public final class Times {
  private Times() {}

  public static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /// Of a timestamp that is valid, as [Fields#instant] makes sure of.
  public static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
