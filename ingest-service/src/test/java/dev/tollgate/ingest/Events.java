package dev.tollgate.ingest;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.time.Instant;

/// Usage events for tests.
final class Events {
  /// Of a call of [#event], at the prices of [Peers]: 1,000 × 2.50 and 100 × 10 per million.
  static final long COST_PICOS = 3_500_000_000L;

  private Events() {}

  static UsageEvent.Builder event(String eventId, Instant time) {
    return UsageEvent.newBuilder()
        .setEventId(eventId)
        .setEventTime(timestamp(time))
        .setDimensions(
            Dimensions.newBuilder()
                .setProvider("openai")
                .setModel("gpt-4o")
                .setTeam("search")
                .setFeature("answers")
                .setUser("user " + Math.floorMod(eventId.hashCode(), 50))
                .setSession("session-1")
                .putTags("shift", "night"))
        .setLatency(Duration.newBuilder().setNanos(250_000_000))
        .setUsage(Usage.newBuilder().putBuckets("input", 1_000).putBuckets("output", 100));
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
