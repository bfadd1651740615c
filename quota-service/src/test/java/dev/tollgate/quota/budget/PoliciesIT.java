package dev.tollgate.quota.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StoresExtension.class)
class PoliciesIT {
  private final Stores stores;

  PoliciesIT(Stores stores) {
    this.stores = stores;
  }

  @Test
  void entryThatCantBeRead_hidesNothingThatWasOrIsSaid() {
    try (var clickHouse =
        ClickHouse.connect(
            new ClickHouseSettings(
                stores.clickHouseUrl(),
                stores.database(),
                stores.clickHouseUser(),
                stores.clickHousePassword()))) {
      var budgets = ControlTable.open(clickHouse, "policies_it_budgets");
      var rules = ControlTable.open(clickHouse, "policies_it_rules");
      try (var policies = Policies.follow(budgets, rules, (tenant, policy) -> {})) {
        budgets.append("one", "a", 0, BudgetForm.json(budget("a")), "test");
        policies.refresh();
        budgets.append("one", "b", 0, "{\"written\": \"by a later release\"}", "test");
        budgets.append("two", "c", 0, BudgetForm.json(budget("c")), "test");

        assertThatThrownBy(policies::refresh).hasMessageContaining("one/b");

        assertThat(policies.of("one").budgets()).containsOnlyKeys("a");
        assertThat(policies.of("two").budgets()).containsOnlyKeys("c");
        assertThatThrownBy(() -> Policies.follow(budgets, rules, (tenant, policy) -> {}))
            .hasMessageContaining("one/b");

        budgets.append("one", "b", 1, BudgetForm.json(budget("b")), "test");
        policies.refresh();

        assertThat(policies.of("one").budgets()).containsOnlyKeys("a", "b");
      }
    }
  }

  private static Budget budget(String id) {
    return new Budget(
        id,
        id,
        Map.of(),
        List.of(),
        new Window.Lifetime(),
        List.of(Limit.requests(1)),
        Instant.EPOCH);
  }
}
