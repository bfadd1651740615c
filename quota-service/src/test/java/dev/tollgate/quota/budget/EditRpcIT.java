package dev.tollgate.quota.budget;

import static dev.tollgate.quota.budget.BudgetFixture.adjust;
import static dev.tollgate.quota.budget.BudgetFixture.cost;
import static dev.tollgate.quota.budget.BudgetFixture.delete;
import static dev.tollgate.quota.budget.BudgetFixture.make;
import static dev.tollgate.quota.budget.BudgetFixture.topUp;
import static dev.tollgate.quota.budget.BudgetFixture.update;
import static dev.tollgate.quota.budget.BudgetFixture.valid;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.budget.v1.Adjustment;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.DeleteBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.Limit;
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

/// Budgets changed, deleted and adjusted over the wire.
@ExtendWith(StoresExtension.class)
class EditRpcIT {
  @RegisterExtension final Conformance conformance = new Conformance();

  private final Stores stores;
  private BudgetFixture fixture;

  EditRpcIT(Stores stores) {
    this.stores = stores;
  }

  @BeforeEach
  void start() {
    fixture = new BudgetFixture(stores, conformance);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void updateBudget_withTheEtag_replacesItAndCountsOn() {
    var made = make(fixture.admin(), valid("a"));

    var changed = update(fixture.admin(), made.toBuilder().setDisplayName("B").setHardPercent(120));

    assertThat(changed.getDisplayName()).isEqualTo("B");
    assertThat(changed.getEtag()).isNotEqualTo(made.getEtag());
    assertThat(changed.getCreateTime()).isEqualTo(made.getCreateTime());
    assertThat(changed.getRevision()).isZero();
    assertThat(BudgetForm.print(fixture.stored("a"))).isEqualTo(changed);
  }

  @Test
  void updateBudget_ofWhatCounts_makesTheRevisionOneMore() {
    var made = make(fixture.admin(), valid("a"));
    var selector = update(fixture.admin(), made.toBuilder().putSelector("environment", "prod"));
    var euros = update(fixture.admin(), selector.toBuilder().setLimits(0, cost("EUR", "100")));
    var larger = update(fixture.admin(), euros.toBuilder().setLimits(0, cost("EUR", "200")));

    assertThat(selector.getRevision()).isEqualTo(1);
    assertThat(euros.getRevision()).isEqualTo(2);
    assertThat(larger.getRevision()).isEqualTo(2);
    assertThat(fixture.stored("a").counterId()).isEqualTo("a~2");
  }

  @Test
  void updateBudget_retriedOrBehind_getsTheFirstAnswerOrAConflict() {
    var made = make(fixture.admin(), valid("a"));
    var first = update(fixture.admin(), made.toBuilder().setOwner("ada"));

    assertThat(update(fixture.admin(), made.toBuilder().setOwner("ada"))).isEqualTo(first);
    assertThat(update(fixture.admin(), first.toBuilder())).isEqualTo(first);
    assertThat(reason(() -> update(fixture.admin(), made.toBuilder().setOwner("ben"))))
        .isEqualTo("WRITE_CONFLICT");
    assertThat(reason(() -> update(fixture.admin(), first.toBuilder().setEtag("99"))))
        .isEqualTo("WRITE_CONFLICT");
    for (var etag : new String[] {"", "x", "-1", "1".repeat(100)}) {
      assertThat(
              Refusal.of(() -> update(fixture.admin(), first.toBuilder().setEtag(etag))).fields())
          .containsExactly("budget.etag");
    }
    assertThat(reason(() -> update(fixture.admin(), valid("b").setEtag("1"))))
        .isEqualTo("BUDGET_UNKNOWN");
    assertThat(fixture.stored("a").contact().owner()).isEqualTo("ada");
  }

  @Test
  void updateBudget_badFields_areNamedAndNothingIsStored() {
    var made = make(fixture.admin(), valid("a"));
    var bad =
        made.toBuilder().clearDisplayName().clearWindow().setHardPercent(-1).setSoftPercent(1_001);

    assertThat(Refusal.of(() -> update(fixture.admin(), bad)).fields())
        .containsExactlyInAnyOrder(
            "budget.display_name", "budget.window", "budget.hard_percent", "budget.soft_percent");
    assertThat(BudgetForm.print(fixture.stored("a"))).isEqualTo(made);
  }

  @Test
  void createBudget_moreThanCanBeCounted_isRefused() {
    var most = "9000000000";
    var bound = make(fixture.admin(), valid("a").setLimits(0, cost("USD", most)));

    assertThat(bound.getLimits(0).getCost().getAmount()).startsWith(most);
    assertThat(
            Refusal.of(() ->
                    make(
                        fixture.admin(),
                        valid("b").setLimits(0, cost("USD", most)).setHardPercent(200)))
                .fields())
        .containsExactly("budget.limits[0]");
    assertThat(
            make(
                    fixture.admin(),
                    valid("c").setLimits(0, cost("USD", "4000000")).setHardPercent(1_000))
                .getHardPercent())
        .isEqualTo(1_000);
    assertThat(fixture.stored("c").limits().getFirst().counted()).isEqualTo(4_000_000_000_000L);
  }

  @Test
  void deleteBudget_thenCreatedAgain_countsAnew() {
    var made = make(fixture.admin(), valid("a"));
    delete(fixture.admin(), "a");
    delete(fixture.admin(), "a");

    assertThat(fixture.policies.of(fixture.tenant).budgets()).isEmpty();
    assertThat(reason(() -> get("a"))).isEqualTo("BUDGET_UNKNOWN");
    var again = make(fixture.admin(), valid("a"));
    assertThat(again.getRevision()).isEqualTo(1);
    assertThat(again.getEtag()).isNotEqualTo(made.getEtag());
    assertThat(fixture.stored("a").counterId()).isEqualTo("a~1");
  }

  @Test
  void deleteBudget_notThereOrNotWhatWasRead_isRefused() {
    make(fixture.admin(), valid("a"));

    assertThat(reason(() -> delete(fixture.admin(), "never"))).isEqualTo("BUDGET_UNKNOWN");
    assertThat(Refusal.of(() -> delete(fixture.admin(), "A b")).fields())
        .containsExactly("budget_id");
    var stale = DeleteBudgetRequest.newBuilder().setBudgetId("a").setEtag("7").build();
    assertThat(reason(() -> fixture.admin().deleteBudget(stale))).isEqualTo("WRITE_CONFLICT");
    var junk = DeleteBudgetRequest.newBuilder().setBudgetId("a").setEtag("x").build();
    assertThat(Refusal.of(() -> fixture.admin().deleteBudget(junk)).fields())
        .containsExactly("etag");
    assertThat(get("a").getBudgetId()).isEqualTo("a");
  }

  @Test
  void pins_ofATeamsAdministrator_boundWhatItChanges() {
    var team = fixture.pinned("team", Map.of("team", "search"));
    var given = make(fixture.admin(), valid("given"));
    var own = make(team, valid("own").putSelector("user", "ada"));

    assertThat(own.getMadeByPinsMap()).containsExactly(Map.entry("team", "search"));
    assertThat(reason(() -> update(team, given.toBuilder().setHardPercent(200))))
        .isEqualTo("DIMENSION_FORBIDDEN");
    assertThat(reason(() -> delete(team, "given"))).isEqualTo("DIMENSION_FORBIDDEN");
    assertThat(reason(() -> adjust(team, "given", topUp("t", "1"))))
        .isEqualTo("DIMENSION_FORBIDDEN");
    assertThat(reason(() -> update(team, own.toBuilder().putSelector("team", "ads"))))
        .isEqualTo("DIMENSION_FORBIDDEN");
    var others = fixture.pinned("ads", Map.of("team", "ads"));
    assertThat(reason(() -> delete(others, "own"))).isEqualTo("BUDGET_UNKNOWN");
    assertThat(reason(() -> adjust(others, "own", topUp("t", "1")))).isEqualTo("BUDGET_UNKNOWN");

    var raised = update(team, own.toBuilder().setOwner("ada"));
    assertThat(update(fixture.admin(), raised.toBuilder().setOwner("ben")).getOwner())
        .isEqualTo("ben");
    delete(team, "own");
    assertThat(BudgetForm.print(fixture.stored("given"))).isEqualTo(given);
  }

  @Test
  void adjustBudget_topUp_endsByItselfWithTheWindow() {
    make(fixture.admin(), valid("a"));
    var adjusted = adjust(fixture.admin(), "a", topUp("more", "50").setNote("launch"));

    var adjustment = adjusted.getAdjustments(0);
    assertThat(adjustment.getActor()).isEqualTo("admin");
    assertThat(Timestamps.toString(adjustment.getEndTime())).isEqualTo("2026-08-31T22:00:00Z");
    assertThat(fixture.whole("a", 0)).isEqualTo(150_000_000_000L);
    fixture.time.advance(Duration.ofHours(10));
    assertThat(fixture.whole("a", 0)).isEqualTo(100_000_000_000L);
    fixture.time.advance(Duration.ofHours(24));
    var next = adjust(fixture.admin(), "a", topUp("less", "30").setNegative(true));
    assertThat(next.getAdjustmentsList())
        .extracting(Adjustment::getAdjustmentId)
        .containsExactly("less");
    assertThat(fixture.whole("a", 0)).isEqualTo(70_000_000_000L);
  }

  @Test
  void adjustBudget_again_isIdempotentByContent() {
    make(fixture.admin(), valid("a"));
    var first = adjust(fixture.admin(), "a", topUp("more", "50"));
    fixture.time.advance(Duration.ofMinutes(5));

    assertThat(adjust(fixture.admin(), "a", topUp("more", "50"))).isEqualTo(first);
    assertThat(reason(() -> adjust(fixture.admin(), "a", topUp("more", "51"))))
        .isEqualTo("REQUEST_ID_REUSED");
    assertThat(reason(() -> adjust(fixture.admin(), "a", topUp("more", "50").setNegative(true))))
        .isEqualTo("REQUEST_ID_REUSED");
    var kept = update(fixture.admin(), first.toBuilder().setOwner("ada").clearAdjustments());
    assertThat(kept.getAdjustmentsList()).isEqualTo(first.getAdjustmentsList());
    var dropped = update(fixture.admin(), kept.toBuilder().setLimits(0, cost("EUR", "1")));
    assertThat(dropped.getAdjustmentsCount()).isZero();
  }

  @Test
  void adjustBudget_bad_isNamedAndNothingIsStored() {
    var made = make(fixture.admin(), valid("a"));

    assertThat(fields(Adjustment.newBuilder()))
        .containsExactlyInAnyOrder(
            "adjustment.adjustment_id", "adjustment.kind", "adjustment.amount");
    assertThat(fields(topUp("carved-x", "1"))).containsExactly("adjustment.adjustment_id");
    assertThat(fields(topUp("x", "0"))).containsExactly("adjustment.amount");
    assertThat(fields(topUp("x", "1").setAmount(cost("EUR", "1"))))
        .containsExactly("adjustment.amount");
    assertThat(fields(topUp("x", "1").setAmount(Limit.newBuilder().setTokens(5))))
        .containsExactly("adjustment.amount");
    assertThat(fields(topUp("x", "9000000000"))).containsExactly("adjustment.amount");
    assertThat(fields(topUp("x", "1").setEndTime(Timestamps.fromMillis(1_700_000_000_000L))))
        .contains("adjustment.end_time");
    assertThat(fields(topUp("x", "1").setNote("x".repeat(513)))).containsExactly("adjustment.note");
    assertThat(BudgetForm.print(fixture.stored("a"))).isEqualTo(made);
  }

  @Test
  void adjustBudget_moreThanAHundred_isTooMany() {
    make(fixture.admin(), valid("a"));
    for (int i = 0; i < 100; i++) {
      adjust(fixture.admin(), "a", topUp("x" + i, "1"));
    }

    assertThat(reason(() -> adjust(fixture.admin(), "a", topUp("y", "1"))))
        .isEqualTo("LIMIT_REACHED");
    assertThat(fixture.whole("a", 0)).isEqualTo(200_000_000_000L);
  }

  private List<String> fields(Adjustment.Builder adjustment) {
    return Refusal.of(() -> adjust(fixture.admin(), "a", adjustment)).fields();
  }

  private Budget get(String id) {
    return fixture
        .admin()
        .getBudget(GetBudgetRequest.newBuilder().setBudgetId(id).build())
        .getBudget();
  }

  private static String reason(ThrowingCallable call) {
    return Refusal.of(call).reason();
  }
}
