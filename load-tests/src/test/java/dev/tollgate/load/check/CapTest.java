package dev.tollgate.load.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CapTest {
  private final Cap cap = new Cap("f", 1_000);

  @Test
  void mostOverLimit_settledBeforeTheNextGrant_staysWithinTheLimit() {
    cap.granted(1_000);
    cap.settling(1_000, 400);
    cap.granted(600);

    assertThat(cap.mostOverLimit()).isEqualTo(1.0);
  }

  @Test
  void mostOverLimit_grantedAtOnce_isAboveOneAlsoAfterSettlements() {
    cap.granted(700);
    cap.granted(700);
    cap.settling(700, 0);
    cap.settling(700, 0);

    assertThat(cap.mostOverLimit()).isEqualTo(1.4);
  }
}
