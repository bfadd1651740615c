package dev.tollgate.ingest.user;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ToldNamesTest {
  private static final int MOST = 1_000;

  private final ToldNames told = new ToldNames(MOST);

  @Test
  void surrogate_moreNamesThanItHolds_thoseInUseAreKept() {
    told.add("acme", "in use", "u-1");
    for (int i = 0; i < 20 * MOST; i++) {
      told.add("acme", "n" + i, "u-" + i);
      assertThat(told.surrogate("acme", "in use")).contains("u-1");
    }

    assertThat(told.size()).isLessThanOrEqualTo(MOST);
    assertThat(told.surrogate("other", "in use")).isEmpty();
  }
}
