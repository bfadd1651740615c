package dev.tollgate.quota.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Selector;
import dev.tollgate.quota.check.TestBudget;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.recover.LedgerRow;
import dev.tollgate.quota.recover.TestLedger;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
class ClickHouseCostsIT {
  private static final Instant SINCE = Instant.parse("2026-02-16T00:00:00Z");
  private static final Instant UNTIL = SINCE.plus(Duration.ofDays(28));

  private final List<LedgerRow> rows = new ArrayList<>();
  private final String tenant;
  private final TestLedger ledger;

  ClickHouseCostsIT(Stores stores) {
    tenant = stores.tenant();
    ledger = new TestLedger(stores);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void byQuarter_ofABudget_areThoseOfTheCallsThatItCounts() throws Exception {
    var search = Dimensions.newBuilder().setTeam("search").putTags("run", "it's").build();
    row(SINCE, search, "USD", 1);
    row(SINCE.plusSeconds(899), search, "USD", 10);
    row(SINCE.plusSeconds(900), search, "USD", 100);
    row(UNTIL.minusMillis(1), search, "USD", 1_000);
    row(SINCE.minusMillis(1), search, "USD", 7_000_000);
    row(UNTIL, search, "USD", 7_000_000);
    row(SINCE, search, "EUR", 7_000_000);
    row(SINCE, Dimensions.newBuilder().setTeam("ads").build(), "USD", 7_000_000);
    row(SINCE, search.toBuilder().setEnvironment("test").build(), "USD", 7_000_000);
    row(SINCE, search.toBuilder().setFeature("trial").build(), "USD", 50_000);
    row(SINCE, search.toBuilder().setFeature("trial").setUser("ada").build(), "USD", 600_000);
    ledger.insert(rows);
    var costs = new ClickHouseCosts(ledger.clickHouse);
    var budget = budget(Map.of("team", "search", "tags.run", "it's"));
    var child = budget(Map.of("team", "search", "feature", "trial", "user", "ada"));

    var first = SINCE.getEpochSecond() / 900;
    var last = UNTIL.getEpochSecond() / 900 - 1;
    assertThat(costs.byQuarter(tenant, budget, List.of(child), SINCE, UNTIL))
        .isEqualTo(Map.of(first, 50_011L, first + 1, 100L, last, 1_000L));
    assertThat(costs.byQuarter(tenant, budget, List.of(), SINCE, UNTIL))
        .isEqualTo(Map.of(first, 650_011L, first + 1, 100L, last, 1_000L));
    assertThat(costs.byQuarter(tenant + "-other", budget, List.of(), SINCE, UNTIL)).isEmpty();
  }

  private static Budget budget(Map<String, String> equal) {
    var budget = TestBudget.of("rate", Limit.requests(5), Limit.spendRate("USD", 10, 200)).made();
    return new Budget(
        budget.id(),
        budget.displayName(),
        new Selector(new TreeMap<>(equal), new TreeMap<>(Map.of("environment", "test"))),
        budget.groupBy(),
        false,
        budget.window(),
        budget.limits(),
        budget.thresholds(),
        budget.enforcement(),
        budget.storeAway(),
        budget.holdExpiry(),
        budget.models(),
        budget.contact(),
        "",
        Instant.MAX,
        budget.groupsMax(),
        List.of(),
        budget.origin());
  }

  private void row(Instant time, Dimensions dimensions, String currency, long nanos) {
    rows.add(
        new LedgerRow(
            tenant,
            "log-a",
            rows.size() + 1L,
            time,
            dimensions,
            "",
            false,
            currency,
            new Spend(nanos, 1, 1)));
  }
}
