package dev.tollgate.client;

import java.time.Duration;

/// How a `UsageStream` buffers and retries.
///
/// @param bufferedEventsMax events that were sent and have no answer yet; more make `send` wait
/// @param bufferedBytesMax their size on the wire; more make `send` wait too; at least 64 KiB
/// @param sendWait how long `send` waits for room before it refuses
/// @param ackWait how long a connection may leave requests unanswered before it is given up
/// @param backoffMin the pause before the second connection; it doubles with every vain one
/// @param backoffMax the longest pause, unless the server asks for a longer one
/// @param drainWait how long `close` waits for the answers that are missing
/// @param keyAwaited whether events wait while the server does not know the key, as they do while
///   it is away, instead of failing: a new key is known everywhere within seconds
public record UsageStreamSettings(
    int bufferedEventsMax,
    long bufferedBytesMax,
    Duration sendWait,
    Duration ackWait,
    Duration backoffMin,
    Duration backoffMax,
    Duration drainWait,
    boolean keyAwaited) {
  public static final UsageStreamSettings DEFAULT =
      new UsageStreamSettings(
          10_000,
          16 << 20,
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMillis(50),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          false);

  public UsageStreamSettings {
    if (bufferedEventsMax < 1) {
      throw new IllegalArgumentException(
          "bufferedEventsMax: " + bufferedEventsMax + " (expected: >= 1)");
    }
    if (bufferedBytesMax < UsageStream.EVENT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "bufferedBytesMax: "
              + bufferedBytesMax
              + " (expected: >= "
              + UsageStream.EVENT_BYTES_MAX
              + ")");
    }
  }

  public UsageStreamSettings withBufferedEventsMax(int count) {
    return new UsageStreamSettings(
        count, bufferedBytesMax, sendWait, ackWait, backoffMin, backoffMax, drainWait, keyAwaited);
  }

  public UsageStreamSettings withBufferedBytesMax(long bytes) {
    return new UsageStreamSettings(
        bufferedEventsMax, bytes, sendWait, ackWait, backoffMin, backoffMax, drainWait, keyAwaited);
  }

  public UsageStreamSettings withSendWait(Duration wait) {
    return new UsageStreamSettings(
        bufferedEventsMax,
        bufferedBytesMax,
        wait,
        ackWait,
        backoffMin,
        backoffMax,
        drainWait,
        keyAwaited);
  }

  public UsageStreamSettings withAckWait(Duration wait) {
    return new UsageStreamSettings(
        bufferedEventsMax,
        bufferedBytesMax,
        sendWait,
        wait,
        backoffMin,
        backoffMax,
        drainWait,
        keyAwaited);
  }

  public UsageStreamSettings withBackoff(Duration min, Duration max) {
    return new UsageStreamSettings(
        bufferedEventsMax, bufferedBytesMax, sendWait, ackWait, min, max, drainWait, keyAwaited);
  }

  public UsageStreamSettings withDrainWait(Duration wait) {
    return new UsageStreamSettings(
        bufferedEventsMax,
        bufferedBytesMax,
        sendWait,
        ackWait,
        backoffMin,
        backoffMax,
        wait,
        keyAwaited);
  }

  public UsageStreamSettings withKeyAwaited(boolean awaited) {
    return new UsageStreamSettings(
        bufferedEventsMax,
        bufferedBytesMax,
        sendWait,
        ackWait,
        backoffMin,
        backoffMax,
        drainWait,
        awaited);
  }
}
