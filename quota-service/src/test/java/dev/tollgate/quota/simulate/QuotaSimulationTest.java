package dev.tollgate.quota.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quota.simulate.Mutant.Mistake;
import dev.tollgate.seed.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuotaSimulationTest {
  private static final int USUAL = 1_000;
  private static final int FULL = 20_000;
  private static final int MUTANT_SEEDS = 20;

  @Test
  void anyRun_keepsEveryPromise() {
    var sums = new long[5];
    Seeds.check(
        "quota simulation",
        USUAL,
        FULL,
        (seed, random) -> {
          var run = Simulation.run(seed, Mistake.NONE);
          sums[0] += run.world.steps();
          sums[1] += run.auditor.granted;
          sums[2] += run.auditor.refused;
          sums[3] += run.auditor.lapsed;
          sums[4] += run.auditor.settledLate;
        });

    System.out.printf(
        "[quota simulation] steps: %,d; granted: %,d; refused: %,d; lapsed: %,d; settled late: %,d%n",
        sums[0], sums[1], sums[2], sums[3], sums[4]);
    for (var sum : sums) {
      assertThat(sum).isPositive();
    }
  }

  @Test
  void sameSeed_isTheSameRun() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(Simulation.run(seed, Mistake.NONE).world.trace())
          .isEqualTo(Simulation.run(seed, Mistake.NONE).world.trace());
    }
    assertThat(Simulation.run(1, Mistake.NONE).world.trace())
        .isNotEqualTo(Simulation.run(2, Mistake.NONE).world.trace());
  }

  @ParameterizedTest
  @EnumSource(value = Mistake.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void anyMistake_isCaught(Mistake mistake) {
    var caught = 0;
    for (long seed = 0; seed < MUTANT_SEEDS; seed++) {
      try {
        Simulation.run(seed, mistake);
      } catch (Auditor.Broken broken) {
        caught++;
      }
    }

    System.out.printf("[quota simulation] %s: caught by %d of %d%n", mistake, caught, MUTANT_SEEDS);
    assertThat(caught).as(mistake + " is caught by seeds").isGreaterThan(MUTANT_SEEDS / 4);
  }
}
