package dev.tollgate.query.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final Admission admission = new Admission(2);

  @Test
  void run_oneMoreThanTheTenantMay_isRateLimited() {
    Supplier<Failure> third =
        () -> catchThrowableOfType(Failure.class, () -> admission.run("a", () -> "in vain"));
    var refused = admission.run("a", () -> admission.run("a", third));

    assertThat(refused.reason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(1));
    assertThat(admission.run("a", () -> "again")).isEqualTo("again");
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
}
