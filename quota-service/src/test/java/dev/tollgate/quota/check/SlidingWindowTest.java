package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.window.Window;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.seed.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Sliding windows against all calls that were ever admitted, remembered one by one.
class SlidingWindowTest {
  private static final int SLOTS = 12;

  private record Admitted(long millis, long tokens) {}

  @Test
  void sliding_anyTraffic_isNeverOverInAnyWindowAndNeverForgetsTooLate() {
    Seeds.check(
        "sliding windows",
        150,
        5_000,
        (seed, random) -> {
          var checks = new TestChecks();
          var length = Duration.ofSeconds(1 + random.nextLong(300));
          var limit = 1 + random.nextLong(500);
          checks.budgets(
              TestBudget.of("a", Limit.tokens(limit)).window(new Window.Sliding(length)));
          var slotMillis = Math.ceilDiv(length.toSeconds(), SLOTS) * 1_000;
          var admitted = new ArrayList<Admitted>();
          for (int i = 0; i < 120; i++) {
            checks.wait(Duration.ofMillis(random.nextLong(length.toMillis() / 6 + 1)));
            var now = checks.time.now().toEpochMilli();
            var tokens = random.nextLong(limit / 3 + 2);
            var decision = checks.decide(TestAsk.of("r" + i).tokens(tokens, 0));

            var since = now - length.toMillis();
            if (decision instanceof Decision.Allowed allowed) {
              var sum = sum(admitted, since) + tokens;
              assertThat(tokens == 0 || sum <= limit).as("in the window: " + sum).isTrue();
              admitted.add(new Admitted(now, tokens));
              checks.settle(allowed, 0, tokens, 0);
            } else {
              assertThat(sum(admitted, since - slotMillis * 2) + tokens).isGreaterThan(limit);
            }
          }
        });
  }

  /* Of what was admitted after that instant. */
  private static long sum(List<Admitted> admitted, long sinceMillis) {
    return admitted.stream()
        .filter(each -> each.millis() > sinceMillis)
        .mapToLong(Admitted::tokens)
        .sum();
  }
}
