package dev.tollgate.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchLimitsTest {
  private final BatchLimits limits = new BatchLimits(50_000, 1 << 20, Duration.ofMillis(250));

  @Test
  void left_fewRows_isWhatIsLeftOfTheLinger() {
    assertThat(limits.left(2_499, Duration.ZERO)).isEqualTo(Duration.ofMillis(250));
    assertThat(limits.left(2_499, Duration.ofMillis(200))).isEqualTo(Duration.ofMillis(50));
    assertThat(limits.left(2_499, Duration.ofMillis(250))).isEqualTo(Duration.ZERO);
    assertThat(limits.left(2_499, Duration.ofMillis(700))).isEqualTo(Duration.ZERO);
  }

  @Test
  void left_manyRows_isOfThreeLingers() {
    assertThat(limits.left(2_500, Duration.ofMillis(250))).isEqualTo(Duration.ofMillis(500));
    assertThat(limits.left(40_000, Duration.ofMillis(751))).isEqualTo(Duration.ZERO);
  }
}
