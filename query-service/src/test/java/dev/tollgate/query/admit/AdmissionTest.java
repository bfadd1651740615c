package dev.tollgate.query.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Admission admission = new Admission(2, 1, LONG);

  @Test
  void run_moreThanTheTenantMay_waitForTheirTurn() throws Exception {
    var gate = new CountDownLatch(1);
    var most = new AtomicInteger();
    var running = new AtomicInteger();
    Supplier<String> held =
        () -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          awaited(gate);
          running.decrementAndGet();
          return "done";
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          IntStream.range(0, 3)
              .mapToObj(_ -> threads.submit(() -> admission.run("a", held)))
              .toList();
      while (running.get() < 2) {
        Thread.onSpinWait();
      }
      gate.countDown();
      for (var answer : answers) {
        assertThat(answer.get()).isEqualTo("done");
      }
    }
    assertThat(most).hasValue(2);
  }

  @Test
  void run_moreThanMayWait_isRateLimitedAtOnce() {
    var impatient = new Admission(1, 0, LONG);
    Supplier<Failure> second =
        () -> catchThrowableOfType(Failure.class, () -> impatient.run("a", () -> "in vain"));

    var refused = impatient.run("a", second);

    assertThat(refused.reason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(1));
    assertThat(impatient.run("a", () -> "again")).isEqualTo("again");
  }

  @Test
  void run_turnThatNeverComes_isRateLimited() {
    var impatient = new Admission(1, 1, Duration.ofMillis(1));
    Supplier<Failure> second =
        () -> catchThrowableOfType(Failure.class, () -> impatient.run("a", () -> "in vain"));

    assertThat(impatient.run("a", second))
        .hasMessage("1 other questions of the tenant ran for PT0.001S");
  }

  @Test
  void run_otherTenant_isNotAffected() {
    var answer =
        admission.run("a", () -> admission.run("a", () -> admission.run("b", () -> "b runs")));

    assertThat(answer).isEqualTo("b runs");
  }

  @Test
  void run_workThatFails_givesItsPlaceBack() {
    Supplier<String> failing =
        () -> {
          throw Failure.of(Reason.QUERY_TOO_LARGE, "narrow it");
        };
    for (var i = 0; i < 5; i++) {
      assertThatThrownBy(() -> admission.run("a", failing)).hasMessage("narrow it");
    }
    assertThat(admission.run("a", () -> "fine")).isEqualTo("fine");
  }

  private static void awaited(CountDownLatch gate) {
    try {
      assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}
