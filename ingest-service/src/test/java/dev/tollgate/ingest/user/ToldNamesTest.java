package dev.tollgate.ingest.user;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ToldNamesTest {
  private final ToldNames told = new ToldNames();

  @Test
  void surrogate_moreNamesThanItHolds_thoseInUseAreKept() {
    told.add("acme", "in use", "u-1");
    told.add("acme", "not in use", "u-2");
    var most = 0;
    for (int i = 0; i < 200_000; i++) {
      told.add("acme", "n" + i, "u-3");
      if (i % 1_000 == 0) {
        assertThat(told.surrogate("acme", "in use")).contains("u-1");
      }
      most = Math.max(most, told.size());
    }

    assertThat(told.surrogate("acme", "not in use")).isEmpty();
    assertThat(told.surrogate("other", "in use")).isEmpty();
    assertThat(most).isLessThanOrEqualTo(100_001);
  }
}
