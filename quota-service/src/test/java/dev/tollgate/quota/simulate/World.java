package dev.tollgate.quota.simulate;

import dev.tollgate.time.FakeTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.zip.CRC32;

/// What happens, in the order in which it happens, and nothing else: the same seed gives the same
/// world.
final class World {
  private record Event(long atMillis, long sequence, Runnable action) {}

  final Random random;
  final FakeTime time = new FakeTime(Instant.parse("2026-08-31T23:58:00Z"));
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong(Event::atMillis).thenComparingLong(Event::sequence));
  private final CRC32 trace = new CRC32();
  private long sequence;
  private long steps;

  World(long seed) {
    random = new Random(seed);
  }

  void after(Duration delay, Runnable action) {
    events.add(new Event(time.now().plus(delay).toEpochMilli(), sequence++, action));
  }

  void afterMillis(int from, int to, Runnable action) {
    after(Duration.ofMillis(random.nextInt(from, to)), action);
  }

  /// Whether something that happens to so many of a thousand happens now.
  boolean chance(int ofThousand) {
    return random.nextInt(1_000) < ofThousand;
  }

  /// Turns the clock until nothing happens any more, or it is that late.
  void run(Duration atMost) {
    var end = time.now().plus(atMost).toEpochMilli();
    while (!events.isEmpty() && events.peek().atMillis() <= end) {
      var event = events.remove();
      time.advance(Duration.ofMillis(event.atMillis() - time.now().toEpochMilli()));
      event.action().run();
      steps++;
    }
  }

  void note(String what) {
    trace.update((time.now().toEpochMilli() + " " + what + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /// What was noted, in a number.
  long trace() {
    return trace.getValue();
  }

  long steps() {
    return steps;
  }
}
