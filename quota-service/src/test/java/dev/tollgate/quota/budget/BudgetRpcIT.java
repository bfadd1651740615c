package dev.tollgate.quota.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.budget.v1.CalendarMonth;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.Enforcement;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.HoldExpiry;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.ListBudgetsRequest;
import dev.tollgate.proto.budget.v1.StoreAway;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.quota.Refusal;
import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.Head;
import dev.tollgate.quota.hold.InMemoryHolds;
import dev.tollgate.quota.hold.ReservationId;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Terms;
import dev.tollgate.quota.hold.Wish;
import dev.tollgate.testkit.Conformance;
import dev.tollgate.testkit.InProcess;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

@ExtendWith(StoresExtension.class)
class BudgetRpcIT {
  private static final AtomicInteger TESTS = new AtomicInteger();

  @RegisterExtension final Conformance conformance = new Conformance();

  private final Stores stores;
  private final String tenant;
  private final FakeTime time = new FakeTime(Instant.parse("2026-08-31T23:00:00Z"));
  private final InMemoryHolds holds = new InMemoryHolds(time);
  private ClickHouse clickHouse;
  private Policies policies;
  private Policies elsewhere;
  private final Matches matches = Matches.start(new InMemoryMatchBook());
  private InProcess server;

  BudgetRpcIT(Stores stores) {
    this.stores = stores;
    this.tenant = stores.tenant() + "-" + TESTS.incrementAndGet();
  }

  @BeforeEach
  void start() {
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

  @AfterEach
  void stop() {
    server.close();
    matches.close();
    elsewhere.close();
    policies.close();
    clickHouse.close();
  }

  @Test
  void createBudget_complete_isStoredAsItWas() {
    var created = create(admin(), valid("all")).getBudget();

    assertThat(stated(created))
        .isEqualTo(
            valid("all")
                .setEnforcement(Enforcement.ENFORCEMENT_HARD)
                .setSoftPercent(80)
                .setHardPercent(100)
                .setStoreAway(StoreAway.STORE_AWAY_DENY)
                .setHoldExpiry(HoldExpiry.HOLD_EXPIRY_CHARGE_HOLD)
                .setGroupsMax(100_000)
                .build());
    assertThat(created.getEtag()).isEqualTo("1");
    assertThat(created.getRevision()).isZero();
    assertThat(created.getCreateTime().getSeconds()).isEqualTo(time.now().getEpochSecond());
    elsewhere.refresh();
    assertThat(BudgetForm.print(stored(elsewhere, "all"))).isEqualTo(created);
  }

  @Test
  void createBudget_again_isIdempotentByContent() {
    var first = create(admin(), valid("a"));
    time.advance(Duration.ofMinutes(1));

    assertThat(create(admin(), valid("a"))).isEqualTo(first);
    assertThat(create(admin(), first.getBudget().toBuilder())).isEqualTo(first);
    assertThat(Refusal.of(() -> create(admin(), valid("a").setDisplayName("Other"))).reason())
        .isEqualTo("BUDGET_EXISTS");
  }

  @Test
  void createBudget_onOneInstance_bindsOnTheOtherWithinASecond() throws InterruptedException {
    create(admin(), valid("a"));

    var search =
        Dimensions.newBuilder().setTeam("search").setEnvironment("prod").putTags("k", "v").build();
    assertThat(policies.of(tenant).match(search, Instant.EPOCH).budgets()).hasSize(1);
    for (int i = 0; elsewhere.of(tenant).match(search, Instant.EPOCH).budgets().isEmpty(); i++) {
      assertThat(i).as("polls of 10 ms").isLessThan(300);
      Thread.sleep(10);
    }
  }

  @Test
  void createBudget_badFields_areAllNamedAndNothingIsStored() {
    var huge = "x".repeat(3_000_000);
    var bad =
        Budget.newBuilder()
            .setBudgetId("A b")
            .putSelector("teem", "x")
            .putSelector("user", huge)
            .addGroupBy("nope")
            .addGroupBy("user")
            .addGroupBy("user")
            .setWindow(
                Window.newBuilder()
                    .setCalendarMonth(CalendarMonth.newBuilder().setTimeZone("Mars/Olympus")))
            .addLimits(Limit.newBuilder().setTokens(-1))
            .addLimits(cost("usd", "NaN"));

    assertThat(Refusal.of(() -> create(admin(), bad)).fields())
        .containsExactlyInAnyOrder(
            "budget.budget_id",
            "budget.display_name",
            "budget.selector",
            "budget.selector[user]",
            "budget.group_by",
            "budget.group_by",
            "budget.window.calendar_month.time_zone",
            "budget.limits[0].tokens",
            "budget.limits[1].cost.currency_code",
            "budget.limits[1].cost.amount");
    assertThat(admin().listBudgets(ListBudgetsRequest.getDefaultInstance()).getBudgetsCount())
        .isZero();
  }

  @Test
  void createBudget_eachBadLimit_isNamed() {
    for (var amount :
        List.of("", "-1", "1e3", "Infinity", "9000000000.000000001", "0.0000000001")) {
      assertThat(
              Refusal.of(() ->
                      create(admin(), valid("a").clearLimits().addLimits(cost("USD", amount))))
                  .fields())
          .containsExactly("budget.limits[0].cost.amount");
    }
    assertThat(Refusal.of(() -> create(admin(), valid("a").clearLimits())).fields())
        .containsExactly("budget.limits (size)");
    assertThat(Refusal.of(() -> create(admin(), valid("a").addLimits(Limit.newBuilder()))).fields())
        .containsExactly("budget.limits[3]");
    assertThat(
            Refusal.of(() ->
                    create(
                        admin(),
                        valid("a")
                            .clearLimits()
                            .addLimits(Limit.newBuilder().setTokens(1))
                            .addLimits(Limit.newBuilder().setTokens(2))))
                .fields())
        .containsExactly("budget.limits[1]");
    assertThat(Refusal.of(() -> create(admin(), valid("a").clearWindow())).fields())
        .containsExactly("budget.window");
    assertThat(Refusal.of(() -> create(admin(), Budget.newBuilder())).reason())
        .isEqualTo("FIELD_INVALID");
  }

  @Test
  void getBudget_spentAndHeld_showsTheFourNumbers() {
    create(admin(), valid("a"));
    var budget = stored(policies, "a");
    var group = List.of("ada");
    var claims =
        budget.limits().stream()
            .map(limit ->
                Claim.of(
                    budget.counter(limit, group, holds.now()),
                    Long.MAX_VALUE / 4,
                    limit.unit().of(new Spend(11_000_000_000L, 40, 0))))
            .toList();
    holds.heads().begin(tenant, "1", 0, Instant.EPOCH).join();
    holds
        .reserve(
            new Wish(
                tenant,
                ReservationId.of(tenant, "r"),
                "print",
                Duration.ofMinutes(5),
                new Terms("default@1", "USD", new Spend(11_000_000_000L, 40, 0), 1, false),
                Head.NONE,
                false,
                claims))
        .join();

    var held = get("a", "ada").getStandingsList();
    time.advance(Duration.ofMinutes(5));
    var settled = get("a", "ada").getStandingsList();
    var others = get("a", "ben").getStandingsList();

    assertThat(held.get(0).getHeld().getCost().getAmount()).isEqualTo("11.000000000000");
    assertThat(held.get(0).getSettled().getCost().getAmount()).isEqualTo("0.000000000000");
    assertThat(held.get(1).getHeld().getTokens()).isEqualTo(40);
    assertThat(held.get(2).getHeld().getRequests()).isEqualTo(1);
    assertThat(settled.get(0).getSettled().getCost().getAmount()).isEqualTo("11.000000000000");
    assertThat(settled.get(0).getLimit().getCost().getAmount()).isEqualTo("10.500000000000");
    assertThat(settled.get(0).getDebt().getCost().getAmount()).isEqualTo("0.500000000000");
    assertThat(settled.get(0).getHeld().getCost().getCurrencyCode()).isEqualTo("USD");
    assertThat(settled.get(0).getGroupList()).containsExactly("ada");
    assertThat(settled.get(0).getWindowStartTime().getSeconds())
        .isEqualTo(Instant.parse("2026-08-31T22:00:00Z").getEpochSecond());
    assertThat(settled.get(0).getWindowEndTime().getSeconds())
        .isEqualTo(Instant.parse("2026-09-30T22:00:00Z").getEpochSecond());
    assertThat(others.get(0).getSettled().getCost().getAmount()).isEqualTo("0.000000000000");
  }

  @Test
  void getBudget_notThereOrAnotherTenants_isUnknown() {
    create(admin(), valid("a"));
    var stranger = stub(new Caller("s", Set.of(Role.ROLE_ADMIN), tenant + "-other", Map.of()));

    assertThat(Refusal.of(() -> stranger.getBudget(request("a", "ada"))).reason())
        .isEqualTo("BUDGET_UNKNOWN");
    assertThat(Refusal.of(() -> get("b")).reason()).isEqualTo("BUDGET_UNKNOWN");
    assertThat(Refusal.of(() -> get("")).fields()).containsExactly("budget_id");
    assertThat(Refusal.of(() -> get("a")).fields()).containsExactly("group");
    assertThat(Refusal.of(() -> get("a", "x".repeat(257))).fields()).containsExactly("group[0]");
  }

  @Test
  void pins_ofAnAdministrator_boundWhatItSeesAndMakes() {
    var search = stub(admin("search-admin", Map.of("team", "search")));
    create(admin(), valid("of-search"));
    create(admin(), valid("of-ads").putSelector("team", "ads"));
    create(admin(), valid("of-all").clearSelector());

    assertThat(ids(search)).containsExactly("of-search");
    assertThat(ids(admin())).containsExactly("of-ads", "of-all", "of-search");
    assertThat(search.getBudget(request("of-search", "ada")).hasBudget()).isTrue();
    for (var hidden : List.of("of-ads", "of-all", "missing")) {
      assertThat(Refusal.of(() -> search.getBudget(request(hidden, "ada"))).reason())
          .isEqualTo("BUDGET_UNKNOWN");
    }
    for (var forbidden :
        List.of(valid("x").clearSelector(), valid("x").putSelector("team", "ads"))) {
      assertThat(Refusal.of(() -> create(search, forbidden)).reason())
          .isEqualTo("DIMENSION_FORBIDDEN");
    }
    assertThat(create(search, valid("mine")).getBudget().getBudgetId()).isEqualTo("mine");
  }

  @Test
  void listBudgets_inPages_showsEachOnce() {
    for (var id : List.of("e", "b", "a", "d", "c")) {
      create(admin(), valid(id));
    }
    var first = admin().listBudgets(ListBudgetsRequest.newBuilder().setPageSize(2).build());
    var second =
        admin()
            .listBudgets(
                ListBudgetsRequest.newBuilder()
                    .setPageSize(3)
                    .setPageToken(first.getNextPageToken())
                    .build());

    assertThat(first.getBudgetsList()).extracting(Budget::getBudgetId).containsExactly("a", "b");
    assertThat(second.getBudgetsList())
        .extracting(Budget::getBudgetId)
        .containsExactly("c", "d", "e");
    assertThat(second.getNextPageToken()).isEmpty();
    for (var size : List.of(-1, 1_001)) {
      assertThat(
              Refusal.of(() ->
                      admin()
                          .listBudgets(ListBudgetsRequest.newBuilder().setPageSize(size).build()))
                  .fields())
          .containsExactly("page_size");
    }
    assertThat(
            Refusal.of(() ->
                    admin()
                        .listBudgets(
                            ListBudgetsRequest.newBuilder()
                                .setPageToken("x".repeat(1_000))
                                .build()))
                .fields())
        .containsExactly("page_token");
  }

  /* Matches prod calls of the search team, 10.50 USD, 1,000 tokens and 5 calls a month per user. */
  private static Budget.Builder valid(String id) {
    return Budget.newBuilder()
        .setBudgetId(id)
        .setDisplayName("Budget " + id)
        .putSelector("team", "search")
        .addGroupBy("user")
        .setWindow(
            Window.newBuilder()
                .setCalendarMonth(CalendarMonth.newBuilder().setTimeZone("Europe/Berlin")))
        .addLimits(cost("USD", "10.500000000000"))
        .addLimits(Limit.newBuilder().setTokens(1_000))
        .addLimits(Limit.newBuilder().setRequests(5));
  }

  private static Budget stated(Budget budget) {
    return budget.toBuilder().clearCreateTime().clearUpdateTime().clearEtag().build();
  }

  private Policies follow() {
    return Policies.follow(
        ControlTable.open(clickHouse, "budgets"),
        ControlTable.open(clickHouse, "check_rules"),
        (tenant, policy) -> {});
  }

  private dev.tollgate.quota.budget.Budget stored(Policies where, String id) {
    return Objects.requireNonNull(where.of(tenant).budgets().get(id));
  }

  private static Limit.Builder cost(String currency, String amount) {
    return Limit.newBuilder()
        .setCost(Money.newBuilder().setCurrencyCode(currency).setAmount(amount));
  }

  private static dev.tollgate.proto.budget.v1.CreateBudgetResponse create(
      BudgetServiceBlockingStub stub, Budget.Builder budget) {
    return stub.createBudget(CreateBudgetRequest.newBuilder().setBudget(budget).build());
  }

  private dev.tollgate.proto.budget.v1.GetBudgetResponse get(String id, String... group) {
    return admin().getBudget(request(id, group));
  }

  private static GetBudgetRequest request(String id, String... group) {
    return GetBudgetRequest.newBuilder().setBudgetId(id).addAllGroup(List.of(group)).build();
  }

  private static List<String> ids(BudgetServiceBlockingStub stub) {
    return stub.listBudgets(ListBudgetsRequest.getDefaultInstance()).getBudgetsList().stream()
        .map(Budget::getBudgetId)
        .toList();
  }

  private BudgetServiceBlockingStub admin() {
    return stub(admin("admin", Map.of()));
  }

  private Caller admin(String keyId, Map<String, String> pins) {
    return new Caller(keyId, Set.of(Role.ROLE_ADMIN), tenant, pins);
  }

  private BudgetServiceBlockingStub stub(Caller caller) {
    return BudgetServiceGrpc.newBlockingStub(server.channel(caller));
  }
}
