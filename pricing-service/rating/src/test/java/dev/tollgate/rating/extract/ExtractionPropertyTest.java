package dev.tollgate.rating.extract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.rating.Bucket;
import dev.tollgate.seed.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ExtractionPropertyTest {
  private static final List<Profile> PROFILES = Profiles.shipped().all();

  @Test
  void extract_anyBody_isSoundOrSaysItsFlaws() {
    var usable = new LongAdder();
    var flawed = new LongAdder();
    Seeds.check(
        "bodies of every profile with wrong values",
        500,
        20_000,
        (seed, random) -> {
          for (var profile : PROFILES) {
            var body = new RandomBody(profile, random, true);
            var extraction = body.extract();
            assertThat(extraction.usage().isMissing())
                .as(body.usage + " " + extraction)
                .isEqualTo(extraction.isUnusable() || body.usage.isEmpty());
            assertThat(extraction.usage().buckets().values()).allMatch(n -> n > 0);
            for (var flaw : extraction.flaws()) {
              assertThat(flaw.field()).isNotBlank();
              assertThat(flaw.rule()).contains("(expected: ").hasSizeLessThan(2_000);
            }
            (extraction.usage().isMissing() ? flawed : usable).increment();
          }
        });
    System.out.println("[seeds] usable: " + usable + ", unusable: " + flawed);
    assertThat(usable.sum()).isGreaterThan(500);
    assertThat(flawed.sum()).isGreaterThan(500);
  }

  @Test
  void extract_anyCounts_loseNoUnitWithoutAFlaw() {
    var whole = new LongAdder();
    var contradictory = new LongAdder();
    Seeds.check(
        "units of every profile",
        500,
        20_000,
        (seed, random) -> {
          for (var profile : PROFILES) {
            var body = new RandomBody(profile, random, false);
            var extraction = body.extract();
            if (!extraction.flaws().isEmpty()) {
              contradictory.increment();
              continue;
            }
            var units =
                extraction.usage().buckets().entrySet().stream()
                    .filter(e -> !e.getKey().equals(Bucket.PROVIDER_TICKS.bucketName()))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            assertThat(units).as(body.usage + " " + extraction).isEqualTo(body.units());
            whole.increment();
          }
        });
    System.out.println("[seeds] whole: " + whole + ", contradictory: " + contradictory);
    assertThat(whole.sum()).isGreaterThan(500);
    assertThat(contradictory.sum()).isGreaterThan(500);
  }

  @Test
  void extract_damagedText_isReadOrRefusedWithAReason() {
    var refused = new LongAdder();
    Seeds.check(
        "damaged text",
        2_000,
        50_000,
        (seed, random) -> {
          var profile = PROFILES.get(random.nextInt(PROFILES.size()));
          var body = new RandomBody(profile, random, random.nextBoolean());
          var text = body.usage.toString().getBytes(StandardCharsets.UTF_8);
          for (int i = random.nextInt(3); i >= 0; i--) {
            text[random.nextInt(text.length)] =
                (byte) "{}[],:\"-.e0195nNaulltrue\\".charAt(random.nextInt(24));
          }
          try {
            assertThat(Profiles.shipped().extract(body.provider, "", text)).isNotNull();
          } catch (Failure failure) {
            assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
            assertThat(failure.violations()).isNotEmpty();
            refused.increment();
          }
        });
    assertThat(refused.sum()).isGreaterThan(500);
  }
}
