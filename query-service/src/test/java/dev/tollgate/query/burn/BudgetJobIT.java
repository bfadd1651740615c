package dev.tollgate.query.burn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.CalendarMonth;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.alert.Alerts;
import dev.tollgate.query.alert.OpenAlerts;
import dev.tollgate.query.alert.Said;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.query.quota.QuotaClient;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
class BudgetJobIT {
  private static final Instant NOW = Instant.parse("2026-08-22T12:00:00Z");
  private static final Instant DAY_21 = Instant.parse("2026-08-21T00:00:00Z");
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);

  private final FakeTime time = new FakeTime(NOW);
  private final MadeBudgets quota = new MadeBudgets();
  private final TestLedger ledger;
  private final String tenant;
  private final Server server;
  private final ManagedChannel channel;

  /// To where nobody answers.
  private final ManagedChannel dead = InProcessChannelBuilder.forName("nobody").build();

  private final Said said;
  private int calls;

  BudgetJobIT(Stores stores, TestInfo test) throws Exception {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant() + test.getTestMethod().orElseThrow().getName();
    this.server =
        InProcessServerBuilder.forName(tenant).directExecutor().addService(quota).build().start();
    this.channel = InProcessChannelBuilder.forName(tenant).directExecutor().build();
    this.said = new Said(ledger.clickHouse(), time, tenant);
  }

  @BeforeEach
  void routes() {
    said.route(AlertRoute.newBuilder().setRouteId("ann").addOwners("ann"));
    said.route(AlertRoute.newBuilder().setRouteId("users").setDimension("user"));
    said.route(AlertRoute.newBuilder().setRouteId("bob").addOwners("bob"));
    said.route(AlertRoute.newBuilder().setRouteId("whole"));
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    dead.shutdownNow();
    server.shutdownNow();
    ledger.close();
  }

  /// As a process has it that has just started.
  private BudgetJob job() {
    var answering =
        new Answering(ledger.clickHouse(), LIMITS, new PageTokens(new Secret("key")), time);
    // Stores are shared with other tests, and budgets are this one's alone.
    var mine =
        new QuotaClient(who -> who.equals(tenant) || who.equals(tenant + "-2") ? channel : dead);
    var alerts = Alerts.open(ledger.clickHouse(), time);
    return new BudgetJob(
        answering, mine, OpenAlerts.open(ledger.clickHouse(), "budget_alerts", alerts));
  }

  /// Twice in one process and once in another.
  private void look() {
    var job = job();
    job.run();
    job.run();
    job().run();
  }

  private void budget(String id, String group, Limit... limits) {
    var month = Window.newBuilder().setCalendarMonth(CalendarMonth.getDefaultInstance());
    var budget = MadeBurn.budget(id, month, limits).setOwner("ann").putSelector("team", "search");
    if (!group.isEmpty()) {
      budget.addGroupBy(group);
    }
    quota.budgets.put(id, budget.build());
  }

  private void limit(String id, Limit limit) {
    var stated = quota.budgets.getOrDefault(id, Budget.getDefaultInstance());
    quota.budgets.put(id, stated.toBuilder().clearLimits().addLimits(limit).build());
  }

  private void use(Instant when, String user, long nanos) throws Exception {
    var rows = new ArrayList<Map<String, Object>>();
    for (var who : List.of(tenant, tenant + "-2")) {
      var charge =
          new MadeCharge(
              who,
              "call-" + calls++,
              0,
              when,
              when,
              Map.of("team", "search", "user", user),
              "USD",
              nanos,
              "PRICED",
              new MadeCharge.Tokens(5, 0, 0, 1, 0),
              false);
      rows.add(charge.row());
      // What corrects it or is of old times is no budget's.
      rows.add(charge.again(1, nanos).row());
    }
    ledger.insertEntries(rows);
  }

  private List<String> said(String route) {
    return said.to(route).stream()
        .map(alert -> {
          var parts = alert.getAlertId().split("/", -1);
          var over = alert.getStatus() == AlertStatus.ALERT_STATUS_RESOLVED ? "over " : "";
          return over + parts[1] + " " + parts[2] + " " + parts[parts.length - 2];
        })
        .sorted()
        .toList();
  }

  @Test
  void run_thresholdsPassedOneByOne_areSaidOnceEachToTheOwner() throws Exception {
    budget("month", "", MadeBurn.money("USD", "100"));
    use(DAY_21, "u", 49_999_999_999L);
    look();
    assertThat(said("ann")).isEmpty();
    use(NOW, "u", 1);
    look();
    assertThat(said("ann")).containsExactly("month COST HALF");
    var first = said.to("ann").getFirst();
    assertThat(first.getTitle())
        .startsWith("Budget month: 50.00 of 100.00 USD used (50.0 %), 9 days left, at this rate");
    use(NOW, "u", 36_000_000_000L);
    look();
    // Not 80 %, which was passed on the way; nor what was used by day 20, since it was not.
    assertThat(said("ann")).containsExactly("month COST HALF", "month COST PERCENT_85");
    use(NOW, "u", 20_000_000_000L);
    look();

    assertThat(said("ann"))
        .containsExactly("month COST ALL", "month COST HALF", "month COST PERCENT_85");
    assertThat(said("bob")).isEmpty();
    assertThat(said("whole")).isEmpty();
  }

  @Test
  void run_moreIsAvailable_isOverOnceAndBeginsAgainIfPassedAgain() throws Exception {
    budget("month", "", MadeBurn.requests(10));
    for (var i = 0; i < 9; i++) {
      use(DAY_21, "u", 1);
    }
    look();
    assertThat(said("ann")).containsExactly("month REQUESTS PERCENT_85");
    limit("month", MadeBurn.requests(100));
    look();
    assertThat(said("ann"))
        .containsExactly("month REQUESTS PERCENT_85", "over month REQUESTS PERCENT_85");
    limit("month", MadeBurn.requests(10));
    look();

    assertThat(said("ann"))
        .containsExactly(
            "month REQUESTS PERCENT_85",
            "month REQUESTS PERCENT_85",
            "over month REQUESTS PERCENT_85");
    assertThat(said.to("ann")).extracting(Alert::getAlertId).hasSize(3);
  }

  @Test
  void run_mostByDay20_isAnAlertOfItsOwn() throws Exception {
    budget("month", "", MadeBurn.money("USD", "15000"));
    use(DAY_21.minusMillis(1), "u", 12_749_999_999_999L);
    use(DAY_21, "u", 1_000_000_000L);
    look();
    assertThat(said("ann")).containsExactly("month COST PERCENT_85");
    // It came late.
    use(DAY_21.minusMillis(1), "u", 1);
    look();

    assertThat(said("ann")).containsExactly("month COST BY_DAY_20", "month COST PERCENT_85");
  }

  @Test
  void run_windowIsOver_endsAllOfItAndTheNextBeginsAnew() throws Exception {
    budget("month", "", MadeBurn.requests(1));
    use(DAY_21, "u", 1);
    look();
    time.advance(Duration.between(NOW, Instant.parse("2026-09-01T00:00:00Z")).minusMillis(1));
    look();
    assertThat(said("ann")).containsExactly("month REQUESTS ALL");
    time.advance(Duration.ofMillis(1));
    look();
    assertThat(said("ann")).containsExactly("month REQUESTS ALL", "over month REQUESTS ALL");
    use(time.now(), "u", 1);
    look();

    assertThat(said("ann"))
        .containsExactly(
            "month REQUESTS ALL",
            "month REQUESTS ALL",
            "month REQUESTS BY_DAY_20",
            "over month REQUESTS ALL");
  }

  @Test
  void run_groups_haveAlertsEachAndUsersAreNotNamed() throws Exception {
    budget("users", "user", MadeBurn.requests(2), MadeBurn.money("USD", "100"));
    use(DAY_21, "ada", 1);
    use(DAY_21, "ada", 1);
    use(DAY_21, "bea", 96_000_000_000L);
    use(DAY_21, "", 1);
    look();

    assertThat(said("users"))
        .containsExactly(
            "users COST PERCENT_95",
            "users REQUESTS ALL",
            "users REQUESTS HALF",
            "users REQUESTS HALF");
    assertThat(said("ann")).isEqualTo(said("users"));
    assertThat(said.to("users").stream().map(Alert::toString))
        .noneMatch(text -> text.contains("ada") || text.contains("bea"));
    assertThat(said.to("users").stream().map(each -> each.getSubjectOrThrow("user")).distinct())
        .hasSize(3)
        .contains("");
  }

  @Test
  void run_budgetsCannotBeRead_changesNothingAndADeletedOneIsOver() throws Exception {
    budget("month", "", MadeBurn.requests(1));
    budget("kept", "", MadeBurn.requests(1));
    use(DAY_21, "u", 1);
    look();
    quota.away = true;
    look();
    assertThat(said("ann")).containsExactly("kept REQUESTS ALL", "month REQUESTS ALL");
    quota.away = false;
    quota.budgets.remove("month");
    look();

    assertThat(said("ann"))
        .containsExactly("kept REQUESTS ALL", "month REQUESTS ALL", "over month REQUESTS ALL");
  }
}
