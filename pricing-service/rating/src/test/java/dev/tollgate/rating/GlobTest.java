package dev.tollgate.rating;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.seed.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "gpt-4o, gpt-4o, true",
    "gpt-4o, gpt-4o-mini, false",
    "gpt-4o*, gpt-4o, true",
    "*claude*, us.anthropic.claude-3, true",
    "*claude, claude-3, false",
    "a*b*c, aXbYbZc, true",
    "a*b*c, acb, false",
    "gpt-#, gpt-5, true",
    "gpt-#, gpt-x, false",
    "gpt-#, gpt-55, false",
    "m-####-##-##, m-2026-08-01, true",
    "*, '', true",
    "a.c, abc, false"
  })
  void matches_pattern_whatItStandsFor(String pattern, String name, boolean matches) {
    assertThat(new Glob(pattern).matches(name)).isEqualTo(matches);
  }

  @Test
  void matches_manyRuns_takesNoExponentialTime() {
    var pattern = new Glob("*a".repeat(40) + "b");

    assertThat(pattern.matches("a".repeat(256))).isFalse();
  }

  @Test
  void intersects_anyTwoPatterns_exactlyWhereSomeNameMatchesBoth() {
    var names = names();
    Seeds.check(
        "patterns that share a name",
        2_000,
        100_000,
        (seed, random) -> {
          var one = randomGlob(random);
          var other = randomGlob(random);
          var shared = names.stream().anyMatch(n -> one.matches(n) && other.matches(n));
          if (shared) {
            assertThat(one.intersects(other)).as(one + " and " + other).isTrue();
          } else if (one.intersects(other)) {
            // The shortest shared name is longer than those that are tried.
            assertThat(one.text().length() + other.text().length())
                .as(one + " and " + other)
                .isGreaterThan(5);
          }
          assertThat(other.intersects(one)).isEqualTo(one.intersects(other));
        });
  }

  /// All names of up to 5 characters over a small alphabet.
  private static List<String> names() {
    var names = new ArrayList<>(List.of(""));
    for (int i = 0; i < names.size() && names.get(i).length() < 5; i++) {
      for (var c : List.of("a", "b", "1", "#")) {
        names.add(names.get(i) + c);
      }
    }
    return names;
  }

  private static Glob randomGlob(RandomGenerator random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append("ab1*#".charAt(random.nextInt(5)));
    }
    return new Glob(text.toString());
  }
}
