package dev.tollgate.quota.backtest;

import static dev.tollgate.quota.backtest.TestHistory.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.check.TestBudget;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ReplayHoldsTest {
  private static final Instant START = Instant.parse("2026-03-10T00:00:00Z");

  @Test
  void counters_ofWindowsThatAreOver_areDropped() {
    var hourly =
        TestBudget.of("hourly", Limit.requests(5), Limit.tokens(9))
            .groupBy(10, "user")
            .window(new Window.Calendar(Window.Unit.HOUR, ZoneOffset.UTC, 1, 1))
            .made();
    var sliding =
        TestBudget.of("sliding", Limit.requests(5))
            .window(new Window.Sliding(Duration.ofHours(1)))
            .made();
    var ever = TestBudget.of("ever", Limit.requests(5)).made();
    var holds = new ReplayHolds(1_000);
    for (int i = 0; i < 10_000; i++) {
      holds.turnTo(call("c" + i, START.plus(Duration.ofMinutes(10L * i)), "u" + i % 2, 1, 1));
      holds.count(List.of(hourly, sliding, ever));

      /* Two users in two units, the slots of an hour and one more, and one for ever. */
      assertThat(holds.size()).isLessThanOrEqualTo(4 + 14 + 1);
    }
  }

  @Test
  void counters_ofNothing_areKeptOnce() {
    var free =
        TestBudget.of("free", Limit.cost("USD", 5)).window(Window.month(ZoneOffset.UTC)).made();
    var holds = new ReplayHolds(10);
    for (int i = 0; i < 100; i++) {
      holds.turnTo(call("c" + i, START, "ada", 0, 0));
      holds.count(List.of(free));
    }

    assertThat(holds.size()).isEqualTo(1);
  }

  @Test
  void counters_moreThanMayBe_areRefused() {
    var users = TestBudget.of("users", Limit.requests(5)).groupBy(1_000, "user").made();
    var holds = new ReplayHolds(10);

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 11; i++) {
                holds.turnTo(call("c" + i, START, "u" + i, 1, 1));
                holds.count(List.of(users));
              }
            })
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.QUERY_TOO_LARGE));
  }
}
