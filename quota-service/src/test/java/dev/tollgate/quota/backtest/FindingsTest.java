package dev.tollgate.quota.backtest;

import static dev.tollgate.quota.backtest.TestHistory.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.check.Decision;
import dev.tollgate.quota.check.TestBudget;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class FindingsTest {
  private static final Instant START = Instant.parse("2026-03-10T00:00:00Z");
  private static final Budget A = TestBudget.of("a", Limit.requests(1)).made();
  private static final Budget B = TestBudget.of("b", Limit.requests(1)).made();

  @Test
  void hits_ofManyUsers_areTheTwentyWithTheMostDenials() {
    var findings = new Findings(1_000);
    for (int user = 0; user < 100; user++) {
      for (int i = 0; i <= user; i++) {
        findings.addDecided(call("c", START.plusSeconds(user), "u" + user, 0, 1), denied(A));
      }
    }

    var hits = findings.budgets().getFirst().hits();
    assertThat(hits).hasSize(20);
    assertThat(hits.getFirst().who().user()).isEqualTo("u99");
    assertThat(hits.getFirst().denied()).isEqualTo(100);
    assertThat(hits.getLast().denied()).isEqualTo(81);
    assertThat(hits.getLast().firstTime()).isEqualTo(START.plusSeconds(80));
    assertThat(findings.denied()).isEqualTo(5_050);
  }

  @Test
  void hits_ofMoreThanAreRemembered_areNeverTooMany() {
    var findings = new Findings(50);
    for (int i = 0; i < 10_000; i++) {
      findings.addDecided(call("c", START, "often", 0, 1), denied(A));
      findings.addDecided(call("c", START, "once-" + i, 0, 1), denied(i % 2 == 0 ? A : B));
    }

    var often = findings.budgets().getFirst().hits().getFirst();
    assertThat(often.who().user()).isEqualTo("often");
    assertThat(often.denied()).isEqualTo(10_000);
    assertThat(findings.budgets().getLast().denied()).isEqualTo(5_000);
  }

  @Test
  void budgets_byWhatTheySave_mostFirst() {
    var findings = new Findings(50);
    findings.addDecided(call("c", START, "u", 0, 1), denied(A));
    findings.addDecided(call("c", START, "u", 0, 1), denied(A));
    findings.addDecided(call("c", START, "u", 0, 100), denied(B));

    assertThat(findings.budgets()).extracting(each -> each.budget().id()).containsExactly("b", "a");
  }

  private static Decision denied(Budget budget) {
    return new Decision.Ended(budget, List.of());
  }
}
