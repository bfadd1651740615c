package dev.tollgate.quota.redis;

import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;

/// A loop that a test turns, with its clock.
final class HandTurnedLoop implements Loop {
  private record Timer(long atNanos, Runnable task) {}

  private final FakeTime time = new FakeTime(Instant.EPOCH);
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<Timer> timers = new ArrayList<>();

  FakeTime time() {
    return time;
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void later(Duration delay, Runnable task) {
    timers.add(new Timer(time.nanoTime() + delay.toNanos(), task));
  }

  /// Runs all that can be run now.
  void turn() {
    for (var task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /// Lets time pass, a millisecond at a time.
  void pass(Duration duration) {
    turn();
    for (long left = duration.toMillis(); left > 0; left--) {
      time.advance(Duration.ofMillis(1));
      var due =
          timers.stream()
              .filter(timer -> timer.atNanos() <= time.nanoTime())
              .sorted(Comparator.comparingLong(Timer::atNanos))
              .toList();
      timers.removeAll(due);
      due.forEach(timer -> timer.task().run());
      turn();
    }
  }
}
