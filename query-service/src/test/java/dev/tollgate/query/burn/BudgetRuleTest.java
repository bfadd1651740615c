package dev.tollgate.query.burn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.query.v1.BudgetUnit;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class BudgetRuleTest {
  private static final Instant NOW = Instant.parse("2026-08-12T00:00:00Z");
  private static final Window QUARTER =
      new Window.Calendar(Window.Unit.QUARTER, ZoneOffset.UTC, 1, 1);
  private static final Window SLIDING = new Window.Sliding(Duration.ofDays(7));

  private static LimitUse use(Window window, long available, long used, long early) {
    return new LimitUse(
        BurnTime.of(window, NOW),
        new Amount(BudgetUnit.BUDGET_UNIT_COST, "USD", BigInteger.valueOf(available)),
        BigInteger.valueOf(used),
        BigInteger.valueOf(early));
  }

  private static Set<BudgetRule> after(Set<BudgetRule> before, Window window, long used) {
    return BudgetRule.after(before, use(window, 15_000_000_000_000L, used, used));
  }

  private static Set<BudgetRule> none() {
    return EnumSet.noneOf(BudgetRule.class);
  }

  /// One nano less than a threshold is none of it, and that much is.
  @Test
  void after_thresholds_beginAtExactlyThatMuch() {
    var thresholds =
        List.of(
            BudgetRule.HALF,
            BudgetRule.PERCENT_80,
            BudgetRule.PERCENT_85,
            BudgetRule.PERCENT_95,
            BudgetRule.ALL);
    var lower = none();
    for (var each : thresholds) {
      var exactly = 150_000_000_000L * each.percent();

      assertThat(after(none(), QUARTER, exactly - 1)).isEqualTo(lower);
      lower = Set.of(each);
      assertThat(after(none(), QUARTER, exactly)).isEqualTo(lower);
    }
    assertThat(thresholds).extracting(BudgetRule::percent).containsExactly(50, 80, 85, 95, 100);
  }

  @Test
  void after_severalPassedAtOnce_areTheHighestAndWhatWentOn() {
    var all = 15_000_000_000_000L;

    assertThat(after(Set.of(BudgetRule.HALF), QUARTER, all * 2))
        .containsExactly(BudgetRule.HALF, BudgetRule.ALL);
    assertThat(after(Set.of(BudgetRule.ALL), QUARTER, all * 2)).containsExactly(BudgetRule.ALL);
  }

  @Test
  void after_moreBecomesAvailable_isWhatIsStillPassed() {
    var before = EnumSet.of(BudgetRule.HALF, BudgetRule.PERCENT_80, BudgetRule.PERCENT_95);

    assertThat(BudgetRule.after(before, use(QUARTER, 1_000, 800, 0)))
        .containsExactly(BudgetRule.HALF, BudgetRule.PERCENT_80);
    assertThat(BudgetRule.after(before, use(QUARTER, 1_000, 799, 0)))
        .containsExactly(BudgetRule.HALF);
    assertThat(BudgetRule.after(before, use(QUARTER, 1_000, 499, 0))).isEmpty();
    // That a lower one holds was not said before.
    assertThat(BudgetRule.after(Set.of(BudgetRule.ALL), use(QUARTER, 1_000, 860, 0)))
        .containsExactly(BudgetRule.PERCENT_85);
  }

  @Test
  void after_windowThatSlides_goesOnFor5PointsMore() {
    var before = Set.of(BudgetRule.PERCENT_85);

    assertThat(BudgetRule.after(before, use(SLIDING, 1_000, 800, 0))).isEqualTo(before);
    assertThat(BudgetRule.after(before, use(SLIDING, 1_000, 799, 0)))
        .containsExactly(BudgetRule.HALF);
    assertThat(BudgetRule.after(none(), use(SLIDING, 1_000, 849, 0)))
        .containsExactly(BudgetRule.PERCENT_80);
    assertThat(BudgetRule.after(Set.of(BudgetRule.HALF), use(SLIDING, 1_000, 450, 0)))
        .containsExactly(BudgetRule.HALF);
    assertThat(BudgetRule.after(Set.of(BudgetRule.HALF), use(SLIDING, 1_000, 449, 0))).isEmpty();
  }

  @Test
  void after_mostByDay20_isOfMonthsAndOfWhatWasUsedEarly() {
    var month = Window.month(ZoneOffset.UTC);

    assertThat(BudgetRule.after(none(), use(month, 1_000, 850, 850)))
        .containsExactly(BudgetRule.PERCENT_85, BudgetRule.BY_DAY_20);
    assertThat(BudgetRule.after(none(), use(month, 1_000, 850, 849)))
        .containsExactly(BudgetRule.PERCENT_85);
    assertThat(BudgetRule.after(none(), use(QUARTER, 1_000, 850, 850)))
        .containsExactly(BudgetRule.PERCENT_85);
    assertThat(BudgetRule.after(EnumSet.of(BudgetRule.BY_DAY_20), use(month, 1_001, 850, 850)))
        .containsExactly(BudgetRule.PERCENT_80);
  }

  @Test
  void after_nothingAvailable_isPassedByTheFirstUseOnly() {
    assertThat(BudgetRule.after(none(), use(QUARTER, 0, 0, 0))).isEmpty();
    assertThat(BudgetRule.after(none(), use(QUARTER, 0, 1, 0))).containsExactly(BudgetRule.ALL);
  }

  /// What is asked of the ledger must not hide what a rule would see.
  @Test
  void least_anyAmount_isTheLeastThatARuleSees() {
    for (var available = 0; available < 300; available++) {
      var amount = use(SLIDING, available, 0, 0).available();
      var least = BudgetRule.least(amount).longValueExact();
      var half = Set.of(BudgetRule.HALF);

      assertThat(BudgetRule.after(half, use(SLIDING, available, least, 0))).isNotEmpty();
      assertThat(BudgetRule.after(half, use(SLIDING, available, least - 1, 0))).isEmpty();
    }
  }
}
