package dev.tollgate.quota.budget;

import static dev.tollgate.quota.budget.BudgetFixture.adjust;
import static dev.tollgate.quota.budget.BudgetFixture.cost;
import static dev.tollgate.quota.budget.BudgetFixture.delete;
import static dev.tollgate.quota.budget.BudgetFixture.make;
import static dev.tollgate.quota.budget.BudgetFixture.topUp;
import static dev.tollgate.quota.budget.BudgetFixture.update;
import static dev.tollgate.quota.budget.BudgetFixture.valid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.budget.v1.BudgetChange;
import dev.tollgate.proto.budget.v1.BudgetChangeKind;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.budget.v1.ListBudgetChangesRequest;
import dev.tollgate.proto.budget.v1.ListBudgetChangesResponse;
import dev.tollgate.proto.budget.v1.ListUnmatchedBudgetsRequest;
import dev.tollgate.proto.budget.v1.UnmatchedBudget;
import dev.tollgate.quota.Refusal;
import dev.tollgate.testkit.Conformance;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is told of budgets beside where they stand: their history, and whether anything matches.
@ExtendWith(StoresExtension.class)
class ChangesRpcIT {
  @RegisterExtension final Conformance conformance = new Conformance();

  private final Stores stores;
  private BudgetFixture fixture;

  ChangesRpcIT(Stores stores) {
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
  void listBudgetChanges_wholeLife_isToldNewestFirst() {
    var made = make(fixture.admin(), valid("a"));
    var changed =
        update(
            fixture.pinned("ada", Map.of()),
            made.toBuilder().setOwner("ada").setLimits(0, cost("USD", "120")));
    var adjusted = adjust(fixture.admin(), "a", topUp("more", "5"));
    delete(fixture.admin(), "a");

    var changes = changes(fixture.admin(), 0, "").getChangesList();

    assertThat(changes)
        .extracting(BudgetChange::getKind)
        .containsExactly(
            BudgetChangeKind.BUDGET_CHANGE_KIND_DELETED,
            BudgetChangeKind.BUDGET_CHANGE_KIND_ADJUSTED,
            BudgetChangeKind.BUDGET_CHANGE_KIND_UPDATED,
            BudgetChangeKind.BUDGET_CHANGE_KIND_CREATED);
    assertThat(changes)
        .extracting(BudgetChange::getActor)
        .containsExactly("admin", "admin", "ada", "admin");
    assertThat(changes.get(2).getChangedFieldsList())
        .containsExactly("limits[0].cost.amount", "owner");
    assertThat(changes.get(1).getChangedFieldsList()).containsExactly("adjustments");
    assertThat(changes.get(0).hasBudget()).isFalse();
    assertThat(changes.get(1).getBudget()).isEqualTo(adjusted);
    assertThat(changes.get(2).getBudget()).isEqualTo(changed);
    assertThat(changes.get(3).getBudget()).isEqualTo(made);
  }

  @Test
  void listBudgetChanges_inPages_showsEachOnce() {
    var budget = make(fixture.admin(), valid("a"));
    for (int i = 0; i < 4; i++) {
      budget = update(fixture.admin(), budget.toBuilder().setOwner("o" + i));
    }
    var first = changes(fixture.admin(), 3, "");
    var second = changes(fixture.admin(), 3, first.getNextPageToken());

    assertThat(first.getChangesList())
        .extracting(change -> change.getBudget().getOwner())
        .containsExactly("o3", "o2", "o1");
    assertThat(second.getChangesList())
        .extracting(change -> change.getBudget().getOwner())
        .containsExactly("o0", "");
    assertThat(second.getNextPageToken()).isEmpty();
  }

  @Test
  void listBudgetChanges_notTheirs_isUnknown() {
    make(fixture.admin(), valid("a"));
    var others = fixture.pinned("ads", Map.of("team", "ads"));

    assertThat(Refusal.of(() -> changes(others, 0, "")).reason()).isEqualTo("BUDGET_UNKNOWN");
    assertThat(Refusal.of(() -> changes(fixture.admin(), 1_001, "%")).fields())
        .containsExactly("page_size", "page_token");
    assertThat(changes(fixture.pinned("team", Map.of("team", "search")), 0, "").getChangesCount())
        .isEqualTo(1);
  }

  @Test
  void listUnmatchedBudgets_notMatchedForADay_areListed() {
    make(fixture.admin(), valid("matched"));
    make(fixture.admin(), valid("never"));
    make(fixture.admin(), valid("once"));
    note("once");
    assertThat(unmatched(fixture.admin())).isEmpty();
    fixture.time.advance(Duration.ofHours(24));
    make(fixture.admin(), valid("new"));
    note("matched");

    var listed = unmatched(fixture.admin());

    assertThat(listed)
        .extracting(each -> each.getBudget().getBudgetId())
        .containsExactly("never", "once");
    assertThat(listed.get(0).hasLastMatchTime()).isFalse();
    assertThat(listed.get(1).getLastMatchTime().getSeconds())
        .isEqualTo(fixture.time.now().minus(Duration.ofHours(24)).getEpochSecond());
    assertThat(unmatched(fixture.pinned("ads", Map.of("team", "ads")))).isEmpty();
  }

  private void note(String id) {
    fixture.matches.note(
        fixture.tenant, List.of(fixture.stored(id)), fixture.time.now().toEpochMilli());
    fixture.matches.flush();
  }

  private static List<UnmatchedBudget> unmatched(BudgetServiceBlockingStub stub) {
    return stub.listUnmatchedBudgets(ListUnmatchedBudgetsRequest.getDefaultInstance())
        .getBudgetsList();
  }

  private static ListBudgetChangesResponse changes(
      BudgetServiceBlockingStub stub, int size, String token) {
    return stub.listBudgetChanges(
        ListBudgetChangesRequest.newBuilder()
            .setBudgetId("a")
            .setPageSize(size)
            .setPageToken(token)
            .build());
  }
}
