package dev.tollgate.rating;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Failure.Violation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class UsageTest {
  @Test
  void violations_tooManyBuckets_areOne() {
    var buckets = new HashMap<String, Long>();
    for (int i = 0; i < 100_000; i++) {
      buckets.put("bucket-" + i, 1L);
    }

    assertThat(Usage.violations("usage.buckets", buckets))
        .containsExactly(new Violation("usage.buckets", "100000 buckets (expected: at most 32)"));
  }

  @Test
  void violations_severalBuckets_nameEach() {
    assertThat(Usage.violations("u", Map.of("input", -1L, "inptu", 1L, "output", 5L)))
        .extracting(Violation::field)
        .containsExactly("u[inptu]", "u[input]");
  }
}
