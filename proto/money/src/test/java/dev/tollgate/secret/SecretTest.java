package dev.tollgate.secret;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretTest {
  @Test
  void toString_anySecret_showsNothing() {
    assertThat(new Secret("tg_a_b")).hasToString("***");
    assertThat("" + new Secret("tg_a_b")).doesNotContain("tg_");
  }

  @Test
  void equals_sameText_isTrue() {
    assertThat(new Secret("a")).isEqualTo(new Secret("a")).isNotEqualTo(new Secret("b"));
  }
}
