package dev.tollgate.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.otlp.TokenCounts.Division;
import dev.tollgate.ingest.otlp.TokenCounts.Reading;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenCountsTest {
  private static final Reading CONVENTION = new Reading(false, false);
  private final Aliases aliases = Aliases.shipped();

  @Test
  void divide_cachedInsideTheInput_isSubtracted() {
    assertThat(buckets(CONVENTION, "input", 10, "output", 2, "cache_read", 4, "cache_write", 1))
        .isEqualTo(Map.of("input", 5L, "cache_read", 4L, "cache_write", 1L, "output", 2L));
  }

  @Test
  void divide_moreCachedThanInput_isAContradictionThatSaysWhatToDo() {
    assertThat(divide(CONVENTION, "input", 5, "output", 2, "cache_read", 9))
        .isEqualTo(
            new Division.Contradiction(
                "usage.input_tokens",
                "5, with 9 cached or of a modality inside (expected: at least as many; where the"
                    + " cached ones are not among them, send"
                    + " tollgate.input_tokens_exclude_cache = true)"));
  }

  @Test
  void divide_senderCountsCachedBeside_nothingIsSubtracted() {
    var beside = new Reading(true, false);

    assertThat(buckets(beside, "input", 5, "output", 2, "cache_read", 9))
        .isEqualTo(Map.of("input", 5L, "cache_read", 9L, "output", 2L));
    assertThat(buckets(beside, "input", 5, "output", 2, "cache_read", 9, "total", 7))
        .as("a total that leaves the cached ones out says nothing against it")
        .isEqualTo(Map.of("input", 5L, "cache_read", 9L, "output", 2L));
  }

  @Test
  void divide_totalFitsOneReadingOnly_thatIsTaken() {
    assertThat(buckets(CONVENTION, "input", 5, "output", 2, "cache_read", 4, "total", 11))
        .isEqualTo(Map.of("input", 5L, "cache_read", 4L, "output", 2L));
    assertThat(buckets(CONVENTION, "input", 5, "output", 2, "reasoning", 7, "total", 14))
        .isEqualTo(Map.of("input", 5L, "output", 2L, "reasoning", 7L));
    assertThat(buckets(CONVENTION, "input", 5, "output", 2, "cache_read", 4, "total", 7))
        .isEqualTo(Map.of("input", 1L, "cache_read", 4L, "output", 2L));
    assertThat(buckets(CONVENTION, "input", 5, "output", 2, "cache_read", 4, "total", 99))
        .as("a total that fits none decides nothing")
        .isEqualTo(Map.of("input", 1L, "cache_read", 4L, "output", 2L));
  }

  @Test
  void divide_oneSideLeftOut_followsFromTheTotalOrIsNotKnown() {
    assertThat(buckets(CONVENTION, "input", 5, "total", 7))
        .isEqualTo(Map.of("input", 5L, "output", 2L));
    assertThat(divide(CONVENTION, "input", 5)).isInstanceOf(Division.Contradiction.class);
    assertThat(divide(CONVENTION, "output", 5)).isInstanceOf(Division.Contradiction.class);
    assertThat(divide(CONVENTION)).isEqualTo(new Division.None());
  }

  @Test
  void divide_statedZeros_areKnownToBeNothing() {
    assertThat(buckets(CONVENTION, "input", 0, "output", 0)).isEmpty();
  }

  @Test
  void divide_noCount_isAContradiction() {
    for (var bad : new Object[] {-1, 1.5, "many", "1e999999999", 1_000_000_000_001L, true}) {
      assertThat(divide(CONVENTION, "input", bad, "output", 1))
          .as("%s", bad)
          .isInstanceOfSatisfying(
              Division.Contradiction.class,
              flaw -> {
                assertThat(flaw.field()).isEqualTo("gen_ai.usage.input_tokens");
                assertThat(flaw.description())
                    .endsWith("(expected: a whole number from 0 to 1000000000000)");
              });
    }
    assertThat(buckets(CONVENTION, "input", "12", "output", 3.0))
        .isEqualTo(Map.of("input", 12L, "output", 3L));
  }

  private Map<String, Long> buckets(Reading reading, Object... counts) {
    return ((Division.Buckets) divide(reading, counts)).buckets();
  }

  /// Counts by the names that the table has for them first.
  private Division divide(Reading reading, Object... counts) {
    var named = counts.clone();
    for (int i = 0; i < named.length; i += 2) {
      var count = Aliases.Count.valueOf(named[i].toString().toUpperCase(java.util.Locale.ROOT));
      named[i] = aliases.names(count).getFirst();
    }
    return TokenCounts.divide(Attributes.of(Spans.attributes(named)), aliases, reading, true);
  }
}
