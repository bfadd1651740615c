package dev.tollgate.load.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoadTest {
  private final Load load = new Load(TimeSource.SYSTEM);

  private static void later(long millis, Runnable task) {
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(task);
  }

  @Test
  void pace_serverStuckForAWhile_countsWhatWouldHaveWaited() {
    var first = new AtomicInteger();
    Operation stuckOnce =
        (lane, intended, tally) -> {
          Runnable answer =
              () -> {
                tally.timed(intended);
                tally.answered();
                tally.ended(lane);
              };
          if (first.getAndIncrement() == 0) {
            later(300, answer);
          } else {
            answer.run();
          }
        };

    // One at a time: all that should have begun in these 300 ms begin late, and say so.
    var measured = load.pace(stuckOnce, 100, 1, Duration.ofMillis(500));

    assertThat(measured.latencies().getTotalCount()).isEqualTo(50);
    assertThat(measured.millis(50)).isGreaterThan(50);
  }

  @Test
  void saturate_soManyInFlight_neverHasMore() {
    var inFlight = new AtomicInteger();
    var most = new AtomicInteger();
    Operation slow =
        (lane, intended, tally) -> {
          most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
          later(
              1,
              () -> {
                inFlight.decrementAndGet();
                tally.answered();
                tally.ended(lane);
              });
        };

    var measured = load.saturate(slow, 7, Duration.ofMillis(200));

    assertThat(most).hasValue(7);
    assertThat(measured.perSecond()).isPositive();
  }

  @Test
  void saturate_oneCallFails_failsWithIt() {
    var calls = new ArrayDeque<Integer>();
    Operation failing =
        (lane, intended, tally) -> {
          calls.add(lane);
          tally.failed(new IllegalStateException("no"));
        };

    assertThatThrownBy(() -> load.saturate(failing, 2, Duration.ofSeconds(5)))
        .isInstanceOf(MeasurementFailed.class)
        .hasMessageContaining("no");
    assertThat(calls).contains(0);
  }
}
