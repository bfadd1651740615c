package dev.tollgate.ingest;

import com.google.protobuf.Duration;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.time.TimeSource;

/// Usage events that a [Client] sends: what each says and costs follows from its number.
final class NumberedEvents {
  private static final long INPUT_PICOS = 2_500_000;
  private static final long OUTPUT_PICOS = 100 * 10_000_000L;

  private NumberedEvents() {}

  /// Now. Customer and trace are its id, so that two rollups have it by id.
  static UsageEvent event(int number) {
    var event = Events.event("e" + number, TimeSource.SYSTEM.now());
    event.getDimensionsBuilder().setCustomer(event.getEventId()).setTrace(event.getEventId());
    event.getUsageBuilder().putBuckets("input", inputTokens(number));
    var nanos = Math.toIntExact(latencyMillis(number) * 1_000_000);
    return event.setLatency(Duration.newBuilder().setNanos(nanos)).build();
  }

  static int number(String eventId) {
    return Integer.parseInt(eventId.substring(1));
  }

  /// At the prices of [Peers].
  static long costPicos(int number) {
    return inputTokens(number) * INPUT_PICOS + OUTPUT_PICOS;
  }

  static long latencyMillis(int number) {
    return 1L + number % 900;
  }

  private static long inputTokens(int number) {
    return 1_000L + number % 97;
  }
}
