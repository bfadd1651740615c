package dev.tollgate.quota.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.rating.Schedule;
import dev.tollgate.seed.Seeds;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BoundTest {
  private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");
  private static final BigDecimal COUNTED_MAX = BigDecimal.valueOf(CounterUnit.EXACT_MAX);

  @Test
  void of_anyBudget_isWhatExactNumbersGive() {
    Seeds.check(
        "bounds",
        2_000,
        100_000,
        (seed, random) -> {
          var percent = 1 + random.nextInt(1_000);
          var grace = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(1_000);
          var limit =
              Limit.cost("USD", random.nextLong(9_000_000_000_000_000_000L), percent + grace);
          var adjustments = adjustments(random, limit);
          var budget = budget(limit, adjustments, percent, grace);
          var carved = random.nextLong(limit.counted() + 1);

          var bound =
              Bound.of(
                  budget,
                  limit,
                  carved,
                  0,
                  new Bound.Caller(Priority.STANDARD, Dimensions.getDefaultInstance(), NOW));

          var sum = BigDecimal.ZERO;
          for (var each : adjustments) {
            if (!NOW.isBefore(each.startTime()) && NOW.isBefore(each.endTime())) {
              sum = sum.add(counted(limit, each.amount()));
            }
          }
          var whole =
              counted(limit, limit.amount())
                  .add(sum)
                  .subtract(BigDecimal.valueOf(carved))
                  .max(BigDecimal.ZERO);
          assertThat(bound.whole()).isEqualTo(whole.longValueExact());
          assertThat(bound.admitted()).isEqualTo(share(whole, percent));
          assertThat(bound.extended()).isEqualTo(share(whole, percent + grace));
          assertThat(bound.extended()).isBetween(bound.admitted(), CounterUnit.EXACT_MAX);
        });
  }

  private static BigDecimal counted(Limit limit, long amount) {
    var unit = limit.unit() == CounterUnit.COST_MICROS ? 1_000 : 1;
    return BigDecimal.valueOf(amount).divide(BigDecimal.valueOf(unit), 0, RoundingMode.FLOOR);
  }

  /* Rounded down, as nobody may pass a limit by a fraction. */
  private static long share(BigDecimal whole, int percent) {
    return whole
        .min(COUNTED_MAX)
        .multiply(BigDecimal.valueOf(percent))
        .divide(BigDecimal.valueOf(100), 0, RoundingMode.FLOOR)
        .min(COUNTED_MAX)
        .longValueExact();
  }

  private static List<Adjustment> adjustments(RandomGenerator random, Limit limit) {
    var adjustments = new ArrayList<Adjustment>();
    for (int i = 0; i < random.nextInt(4); i++) {
      var start = NOW.plusSeconds(random.nextInt(21) - 10);
      adjustments.add(
          new Adjustment(
              "a" + i,
              Adjustment.Kind.TOP_UP,
              limit.unit(),
              random.nextLong(1_000_000_000_000_000L) * (random.nextBoolean() ? 1 : -1),
              start,
              start.plusSeconds(1 + random.nextInt(20)),
              "",
              "ada"));
    }
    return adjustments;
  }

  private static Budget budget(Limit limit, List<Adjustment> adjustments, int percent, int grace) {
    var plain =
        new Budget(
            "a", "A", new TreeMap<>(), List.of(), new Window.Lifetime(), List.of(limit), NOW);
    var thresholds =
        new Thresholds(
            80, percent, Map.of(), new Grace(grace, Priority.BATCH, Selector.ALL, Schedule.ALWAYS));
    return new Budget(
        plain.id(),
        plain.displayName(),
        plain.selector(),
        plain.groupBy(),
        plain.fallback(),
        plain.window(),
        plain.limits(),
        thresholds,
        plain.enforcement(),
        plain.storeAway(),
        plain.holdExpiry(),
        plain.models(),
        plain.contact(),
        plain.parentId(),
        plain.endTime(),
        plain.groupsMax(),
        adjustments,
        plain.origin());
  }
}
