package dev.tollgate.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void invalid_twoMistakes_namesTheFirstAndCountsTheRest() {
    var failure =
        Failure.invalid(
            List.of(
                new Failure.Violation("a", "-1 (expected: > 0)"),
                new Failure.Violation("b", "missing")));

    assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
    assertThat(failure).hasMessage("a: -1 (expected: > 0) (and 1 more)");
    assertThat(failure.violations()).hasSize(2);
  }

  @Test
  void failure_anyReason_hasNoStackTrace() {
    var failure =
        Failure.retryable(Reason.STORE_UNAVAILABLE, "Redis is away", Duration.ofSeconds(1));

    assertThat(failure.getStackTrace()).isEmpty();
    assertThat(failure.retryAfter()).contains(Duration.ofSeconds(1));
  }
}
