package dev.tollgate.pricing.gather;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.failure.Failure;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// However the bytes of a collection are damaged: a book and a report, or a failure that says
/// where.
@NullMarked
class DamagePropertyTest {
  private static final int SLICE = 20_000;

  private static final List<String> POISON =
      List.of(
          "NaN",
          "-1",
          "-0.0000015",
          "1e999999999",
          "1e-999999999",
          "99999999999999999999999999999",
          "null",
          "true",
          "{}",
          "[]",
          "\"x\"",
          "\"\"",
          "1e400",
          "[[[[[[[[[[]]]]]]]]]]",
          "0.5",
          "1e6",
          "{\"base\": 1, \"tiers\": [{\"start\": -1, \"price\": 2}]}",
          "\"\\u0000\"",
          "{\"regex\": \"(a+)+$\"}",
          "{\"contains\": \"\"}",
          "{\"and\": []}",
          "[{\"range\": [5, 1]}]",
          "{\"start_date\": \"2026-99-99\"}");

  @Test
  void gather_valuesReplaced_givesABookOrAFailure() throws IOException {
    var failed = 0;
    var gathered = 0;
    for (var name : List.of(Collections.LITELLM_NEW, Collections.GENAI_PRICES)) {
      var text = text(name);
      for (int seed = 0; seed < 150; seed++) {
        var random = new Random(seed);
        var damaged = new StringBuilder(text);
        for (int i = 0; i <= random.nextInt(20); i++) {
          replaceAValue(damaged, random);
        }
        if (gathers(damaged.toString().getBytes(UTF_8), name + " seed " + seed)) {
          gathered++;
        } else {
          failed++;
        }
      }
    }
    System.out.println("[damage] values replaced: " + gathered + " books, " + failed + " failures");
    assertThat(gathered).isGreaterThan(20);
    assertThat(failed).isGreaterThan(100);
  }

  @Test
  void gather_bytesDamagedOrCut_givesABookOrAFailure() throws IOException {
    for (var name : List.of(Collections.LITELLM_NEW, Collections.GENAI_PRICES)) {
      var bytes = text(name).getBytes(UTF_8);
      for (int seed = 0; seed < 150; seed++) {
        var random = new Random(seed);
        var damaged =
            Arrays.copyOf(
                bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
        for (int i = 0; i < random.nextInt(4) && damaged.length > 0; i++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        gathers(damaged, name + " seed " + seed);
      }
    }
  }

  /// Whether a book came of it. Anything thrown but a failure with a place fails the test.
  private static boolean gathers(byte[] bytes, String what) {
    try {
      var gathered = Gathering.gather(bytes, Known.NOTHING);
      for (var refusal : gathered.report().refused()) {
        assertThat(refusal.entry()).as(what).isNotBlank();
      }
      assertThat(gathered.report().models()).isEqualTo(gathered.book().models().size());
      return true;
    } catch (Failure failure) {
      assertThat(failure.violations()).as(what).isNotEmpty();
      return false;
    }
  }

  /* What stands between a colon and the next comma or end. */
  private static void replaceAValue(StringBuilder text, RandomGenerator random) {
    var from = text.indexOf(":", random.nextInt(text.length()));
    if (from < 0) {
      return;
    }
    var to = from + 1;
    while (to < text.length() && ",}]".indexOf(text.charAt(to)) < 0) {
      to++;
    }
    text.replace(from + 1, to, POISON.get(random.nextInt(POISON.size())));
  }

  /// The beginning of the collection, closed: the whole one would take minutes.
  private static String text(String name) throws IOException {
    var text = new String(Collections.bytes(name), UTF_8);
    return name.equals(Collections.GENAI_PRICES) ? firstProviders(text) : firstEntries(text);
  }

  private static String firstEntries(String text) {
    var end = text.indexOf("\n },", SLICE);
    return text.substring(0, end) + "\n }\n}";
  }

  private static String firstProviders(String text) throws IOException {
    var root = new JsonMapper().readTree(text);
    var some = new JsonMapper().createArrayNode();
    for (var each : root) {
      if (List.of("anthropic", "avian", "deepseek", "x-ai", "google")
          .contains(each.get("id").asText())) {
        some.add(each);
      }
    }
    return some.toString();
  }
}
