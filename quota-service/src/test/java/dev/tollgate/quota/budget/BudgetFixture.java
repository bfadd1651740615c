package dev.tollgate.quota.budget;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.proto.budget.v1.AdjustBudgetRequest;
import dev.tollgate.proto.budget.v1.Adjustment;
import dev.tollgate.proto.budget.v1.AdjustmentKind;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.budget.v1.CalendarMonth;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.DeleteBudgetRequest;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.UpdateBudgetRequest;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.quota.hold.InMemoryHolds;
import dev.tollgate.testkit.Conformance;
import dev.tollgate.testkit.InProcess;
import dev.tollgate.testkit.Stores;
import dev.tollgate.time.FakeTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// One `BudgetService` of a tenant of its own, on a real ClickHouse; and policies of another
/// instance.
final class BudgetFixture implements AutoCloseable {
  private static final AtomicInteger TENANTS = new AtomicInteger();

  final String tenant;
  final FakeTime time = new FakeTime(Instant.parse("2026-08-31T12:00:00Z"));
  final InMemoryHolds holds = new InMemoryHolds(time);
  final Matches matches = Matches.start(new InMemoryMatchBook());
  final Policies policies;
  final Policies elsewhere;
  private final ClickHouse clickHouse;
  private final InProcess server;

  BudgetFixture(Stores stores, Conformance conformance) {
    tenant = stores.tenant() + "-f" + TENANTS.incrementAndGet();
    clickHouse =
        ClickHouse.connect(
            new ClickHouseSettings(
                stores.clickHouseUrl(),
                stores.database(),
                stores.clickHouseUser(),
                stores.clickHousePassword()));
    policies = follow();
    elsewhere = follow();
    server =
        InProcess.start(
            conformance,
            new BudgetRpc(
                policies, Binding.BY_POLLING, matches, (request, observer) -> {}, holds, time));
  }

  private Policies follow() {
    return Policies.follow(
        ControlTable.open(clickHouse, "budgets"),
        ControlTable.open(clickHouse, "check_rules"),
        (tenant, policy) -> {});
  }

  BudgetServiceBlockingStub admin() {
    return pinned("admin", Map.of());
  }

  BudgetServiceBlockingStub pinned(String keyId, Map<String, String> pins) {
    var caller = new Caller(keyId, Set.of(Role.ROLE_ADMIN), tenant, pins);
    return BudgetServiceGrpc.newBlockingStub(server.channel(caller));
  }

  /* 100 USD and 1,000 calls a month for the search team. */
  static Budget.Builder valid(String id) {
    return Budget.newBuilder()
        .setBudgetId(id)
        .setDisplayName("Budget " + id)
        .putSelector("team", "search")
        .setWindow(
            Window.newBuilder()
                .setCalendarMonth(CalendarMonth.newBuilder().setTimeZone("Europe/Berlin")))
        .addLimits(cost("USD", "100"))
        .addLimits(Limit.newBuilder().setRequests(1_000));
  }

  static Limit.Builder cost(String currency, String amount) {
    return Limit.newBuilder()
        .setCost(Money.newBuilder().setCurrencyCode(currency).setAmount(amount));
  }

  static Adjustment.Builder topUp(String id, String dollars) {
    return Adjustment.newBuilder()
        .setAdjustmentId(id)
        .setKind(AdjustmentKind.ADJUSTMENT_KIND_TOP_UP)
        .setAmount(cost("USD", dollars));
  }

  static Budget made(BudgetServiceBlockingStub stub, Budget.Builder budget) {
    return stub.createBudget(CreateBudgetRequest.newBuilder().setBudget(budget).build())
        .getBudget();
  }

  static Budget update(BudgetServiceBlockingStub stub, Budget.Builder budget) {
    return stub.updateBudget(UpdateBudgetRequest.newBuilder().setBudget(budget).build())
        .getBudget();
  }

  static void delete(BudgetServiceBlockingStub stub, String id) {
    var _ = stub.deleteBudget(DeleteBudgetRequest.newBuilder().setBudgetId(id).build());
  }

  static Budget adjust(BudgetServiceBlockingStub stub, String id, Adjustment.Builder adjustment) {
    return stub.adjustBudget(
            AdjustBudgetRequest.newBuilder().setBudgetId(id).setAdjustment(adjustment).build())
        .getBudget();
  }

  /// The budget as another instance finds it.
  dev.tollgate.quota.budget.Budget stored(String id) {
    elsewhere.refresh();
    return Objects.requireNonNull(elsewhere.of(tenant).budgets().get(id), id);
  }

  /// How much of a limit a call of everybody may use, as another instance finds it.
  long whole(String id, int limit) {
    var budget = stored(id);
    var caller =
        new Bound.Caller(
            Priority.STANDARD,
            dev.tollgate.proto.common.v1.Dimensions.getDefaultInstance(),
            holds.now());
    return elsewhere.of(tenant).bound(budget, budget.limits().get(limit), 0, caller).whole();
  }

  @Override
  public void close() {
    server.close();
    matches.close();
    elsewhere.close();
    policies.close();
    clickHouse.close();
  }
}
