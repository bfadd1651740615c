package dev.tollgate.quota.budget;

import static dev.tollgate.quota.budget.BudgetFixture.adjust;
import static dev.tollgate.quota.budget.BudgetFixture.cost;
import static dev.tollgate.quota.budget.BudgetFixture.delete;
import static dev.tollgate.quota.budget.BudgetFixture.make;
import static dev.tollgate.quota.budget.BudgetFixture.topUp;
import static dev.tollgate.quota.budget.BudgetFixture.update;
import static dev.tollgate.quota.budget.BudgetFixture.valid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.Enforcement;
import dev.tollgate.proto.budget.v1.HoldExpiry;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.StoreAway;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.quota.Refusal;
import dev.tollgate.testkit.Conformance;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Budgets that are carved out of others: together they never admit more than the whole did.
@ExtendWith(StoresExtension.class)
class CarvingRpcIT {
  private static final long DOLLAR = 1_000_000_000L;

  @RegisterExtension final Conformance conformance = new Conformance();

  private final Stores stores;
  private BudgetFixture fixture;

  CarvingRpcIT(Stores stores) {
    this.stores = stores;
  }

  @BeforeEach
  void start() {
    fixture = new BudgetFixture(stores, conformance);
    make(fixture.admin(), valid("whole"));
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  /* 40 of the parent's 100 dollars, for an experiment. */
  private static Budget.Builder part(String id, String dollars) {
    return valid(id)
        .setParentBudgetId("whole")
        .putSelector("feature", id)
        .clearLimits()
        .addLimits(cost("USD", dollars));
  }

  @Test
  void createBudget_carvedOut_isTakenOffItsParent() {
    make(fixture.admin(), part("a", "40"));
    make(fixture.admin(), part("b", "60"));

    assertThat(fixture.whole("whole", 0)).isZero();
    assertThat(fixture.whole("whole", 1)).isEqualTo(1_000);
    assertThat(fields(() -> make(fixture.admin(), part("c", "0.000000001"))))
        .containsExactly("budget.limits[0]");
    assertThat(reason(() -> delete(fixture.admin(), "whole"))).isEqualTo("BUDGET_CARVED");
  }

  @Test
  void createBudget_laxerThanItsParent_isRefused() {
    assertThat(fields(() -> make(fixture.admin(), part("a", "1").setParentBudgetId("no"))))
        .containsExactly("budget.parent_budget_id");
    assertThat(fields(() -> make(fixture.admin(), part("a", "1").setParentBudgetId("a"))))
        .containsExactly("budget.parent_budget_id");
    assertThat(fields(() -> make(fixture.admin(), part("a", "1").addGroupBy("user"))))
        .containsExactly("budget.group_by");
    assertThat(fields(() -> make(fixture.admin(), part("a", "1").setFallback(true))))
        .containsExactly("budget.fallback");
    assertThat(
            fields(() ->
                make(
                    fixture.admin(),
                    part("a", "1")
                        .setWindow(
                            Window.newBuilder().setLifetime(Lifetime.getDefaultInstance())))))
        .containsExactly("budget.window");
    assertThat(fields(() -> make(fixture.admin(), part("a", "1").clearSelector())))
        .containsExactly("budget.selector");
    assertThat(fields(() -> make(fixture.admin(), part("a", "1").setHardPercent(101))))
        .containsExactly("budget.hard_percent");
    assertThat(
            fields(() ->
                make(
                    fixture.admin(),
                    part("a", "1")
                        .setEnforcement(Enforcement.ENFORCEMENT_SOFT)
                        .setStoreAway(StoreAway.STORE_AWAY_ALLOW)
                        .setHoldExpiry(HoldExpiry.HOLD_EXPIRY_RELEASE))))
        .containsExactly("budget.enforcement", "budget.store_away", "budget.hold_expiry");
    assertThat(
            fields(() ->
                make(
                    fixture.admin(),
                    part("a", "1")
                        .setLimits(0, cost("EUR", "1"))
                        .addLimits(Limit.newBuilder().setTokens(1)))))
        .containsExactly("budget.limits[0]", "budget.limits[1]");
    make(fixture.admin(), part("a", "1"));
    assertThat(fields(() -> make(fixture.admin(), part("b", "1").setParentBudgetId("a"))))
        .contains("budget.parent_budget_id");
    fixture.elsewhere.refresh();
    assertThat(fixture.elsewhere.of(fixture.tenant).budgets().keySet())
        .containsExactly("a", "whole");
  }

  @Test
  void updateBudget_ofAParent_mustNotBreakItsChildren() {
    make(fixture.admin(), part("a", "40"));
    var whole = BudgetForm.print(fixture.stored("whole")).toBuilder();

    assertThat(fields(() -> update(fixture.admin(), whole.clone().setLimits(0, usd("39")))))
        .containsExactly("budget.limits[0]");
    assertThat(fields(() -> update(fixture.admin(), whole.clone().putSelector("user", "ada"))))
        .containsExactly("budget.selector");
    assertThat(fields(() -> update(fixture.admin(), whole.clone().addGroupBy("user"))))
        .containsExactly("budget.group_by");
    assertThat(fields(() -> update(fixture.admin(), whole.clone().removeLimits(0))))
        .containsExactly("budget.limits");
    assertThat(update(fixture.admin(), whole.clone().setLimits(0, usd("40"))).getEtag())
        .isNotEqualTo(whole.getEtag());
  }

  @Test
  void updateBudget_loweredAndRaised_comesBackOnlyToItself() {
    make(fixture.admin(), part("a", "40"));
    set("a", "10");
    assertThat(fixture.whole("whole", 0)).isEqualTo(60 * DOLLAR);
    set("a", "30");
    assertThat(fixture.whole("whole", 0)).isEqualTo(60 * DOLLAR);
    set("a", "50");
    assertThat(fixture.whole("whole", 0)).isEqualTo(50 * DOLLAR);
    set("a", "10");
    fixture.time.advance(Duration.ofDays(1));

    assertThat(fixture.whole("whole", 0)).isEqualTo(90 * DOLLAR);
  }

  @Test
  void deleteBudget_carvedOut_comesBackWithTheNextWindow() {
    make(fixture.admin(), part("a", "40"));
    delete(fixture.admin(), "a");
    delete(fixture.admin(), "a");

    assertThat(fixture.whole("whole", 0)).isEqualTo(60 * DOLLAR);
    make(fixture.admin(), part("a", "20"));
    assertThat(fixture.whole("whole", 0)).isEqualTo(40 * DOLLAR);
    fixture.time.advance(Duration.ofDays(1));
    assertThat(fixture.whole("whole", 0)).isEqualTo(80 * DOLLAR);
  }

  @Test
  void updateBudget_ofWhatAPartCounts_leavesTheOldPartWithheld() {
    make(fixture.admin(), part("a", "40"));
    update(
        fixture.admin(),
        BudgetForm.print(fixture.stored("a")).toBuilder().putSelector("user", "ada"));

    assertThat(fixture.whole("whole", 0)).isEqualTo(20 * DOLLAR);
  }

  @Test
  void adjustBudget_ofAPart_takesItFromTheWhole() {
    make(fixture.admin(), part("a", "40"));
    adjust(fixture.admin(), "a", topUp("more", "50"));

    assertThat(fixture.whole("a", 0)).isEqualTo(90 * DOLLAR);
    assertThat(fixture.whole("whole", 0)).isEqualTo(10 * DOLLAR);
    assertThat(fields(() -> adjust(fixture.admin(), "a", topUp("too-much", "10.000000001"))))
        .containsExactly("budget.limits[0]");
  }

  @Test
  void createBudget_byATeam_dividesWhatItSeesAndNoMore() {
    var team = fixture.pinned("team", Map.of("team", "search", "environment", "prod"));
    var search = fixture.pinned("search", Map.of("team", "search"));

    assertThat(fields(() -> make(team, part("a", "1").putSelector("environment", "prod"))))
        .containsExactly("budget.parent_budget_id");
    assertThat(make(search, part("a", "100")).getMadeByPinsMap()).containsKey("team");
    assertThat(fixture.whole("whole", 0)).isZero();
    assertThat(reason(() -> adjust(search, "a", topUp("more", "1")))).isEqualTo("FIELD_INVALID");
  }

  private void set(String id, String dollars) {
    update(
        fixture.admin(),
        BudgetForm.print(fixture.stored(id)).toBuilder().setLimits(0, cost("USD", dollars)));
  }

  private static Limit.Builder usd(String amount) {
    return cost("USD", amount);
  }

  private static List<String> fields(ThrowingCallable call) {
    return Refusal.of(call).fields();
  }

  private static String reason(ThrowingCallable call) {
    return Refusal.of(call).reason();
  }
}
