package dev.tollgate.query.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.alert.v1.DeliveryState;
import dev.tollgate.proto.alert.v1.FreezeAction;
import dev.tollgate.proto.alert.v1.TightenAction;
import dev.tollgate.proto.budget.v1.Adjustment;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.BudgetChange;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.FreezeChange;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.ListBudgetChangesRequest;
import dev.tollgate.proto.budget.v1.ListFreezeChangesRequest;
import dev.tollgate.proto.budget.v1.ListFreezesRequest;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.DenialReason;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.quota.QuotaClient;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/// Alerts that act on a real quota-service with a real Redis.
@NullMarked
@ExtendWith(StoresExtension.class)
class ActionsIT {
  private static final String ACTOR = "alert-route:stop";

  private final ClickHouse clickHouse;
  private final TestLedger ledger;
  private final RunningQuota quota;
  private final Peer peer;
  private final Alerts alerts;
  private final Sender sender;
  private final String tenant;
  private final Instant start = Instant.now();
  private int checks;

  ActionsIT(Stores stores, TestInfo test) {
    ledger = TestLedger.open(stores);
    clickHouse = ClickHouse.connect(TestLedger.settings(stores));
    quota = new RunningQuota(stores);
    peer = Peer.connect(quota.peer());
    alerts = Alerts.open(clickHouse, TimeSource.SYSTEM);
    sender =
        new Sender(
            alerts,
            new Reach(false, new MailSettings.None()),
            new QuotaClient(peer::channel),
            TimeSource.SYSTEM);
    tenant = stores.tenant() + "-" + test.getTestMethod().orElseThrow().getName().length();
  }

  @AfterEach
  void close() {
    sender.close();
    peer.close();
    quota.close();
    clickHouse.close();
    ledger.close();
  }

  private static com.google.protobuf.Duration seconds(long seconds) {
    return com.google.protobuf.Duration.newBuilder().setSeconds(seconds).build();
  }

  private void routeThatFreezes(long seconds) {
    var action =
        FreezeAction.newBuilder().setDuration(seconds(seconds)).setDenialMessage("Ask ann.");
    alerts
        .routes()
        .put(
            tenant,
            AlertRoute.newBuilder()
                .setRouteId("stop")
                .setDimension("team")
                .setFreeze(action)
                .build(),
            "test");
  }

  private Alert alert(AlertStatus status) {
    var now = Times.timestamp(start);
    var alert =
        Alert.newBuilder()
            .setAlertId("anomaly/1")
            .setStatus(status)
            .setTitle("team search\nspends")
            .putSubject("team", "search")
            .setStartTime(now);
    return status == AlertStatus.ALERT_STATUS_RESOLVED
        ? alert.setEndTime(now).build()
        : alert.build();
  }

  private void say(AlertStatus status) throws Exception {
    alerts.say(tenant, alert(status));
    sent();
  }

  private List<AlertDelivery> deliveries() {
    return alerts.deliveries().list(tenant, "", 10);
  }

  private void sent() throws Exception {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    do {
      assertThat(System.nanoTime()).as("%s", deliveries()).isLessThan(end);
      sender.run();
      TimeUnit.MILLISECONDS.sleep(20);
    } while (deliveries().stream()
        .anyMatch(each -> each.getState() != DeliveryState.DELIVERY_STATE_DELIVERED));
  }

  /* As a process leaves what it claims and does not come to say what came of it. */
  private void claimAgain() {
    var begun =
        deliveries().stream()
            .filter(each -> each.getAlert().getStatus() == AlertStatus.ALERT_STATUS_FIRING)
            .findFirst()
            .orElseThrow();
    var stored = alerts.deliveries().find(tenant, begun.getDeliveryId()).orElseThrow();
    var claimed =
        begun.toBuilder()
            .setState(DeliveryState.DELIVERY_STATE_SENDING)
            .setDueTime(Times.timestamp(Instant.now().minusSeconds(1)))
            .build();
    assertThat(alerts.deliveries().put(stored, claimed)).isPresent();
  }

  private BudgetServiceBlockingStub budgets() {
    return BudgetServiceGrpc.newBlockingStub(quota.operator().channel(tenant));
  }

  private CheckQuotaResponse check(String team) {
    return QuotaServiceGrpc.newBlockingStub(peer.channel(tenant))
        .checkQuota(
            CheckQuotaRequest.newBuilder()
                .setRequestId("check-" + checks++)
                .setDimensions(
                    Dimensions.newBuilder().setProvider("p").setModel("plain").setTeam(team))
                .setInputTokens(1)
                .setMaxOutputTokens(1)
                .build());
  }

  private List<FreezeChange> changes() {
    var route = AlertRoute.newBuilder().setRouteId("stop").build();
    var id = Actions.id(route, alert(AlertStatus.ALERT_STATUS_FIRING));
    return budgets()
        .listFreezeChanges(ListFreezeChangesRequest.newBuilder().setFreezeId(id).build())
        .getChangesList();
  }

  @Test
  void freeze_ofAnAlert_refusesItsTeamAndEndsByItself() throws Exception {
    routeThatFreezes(6);
    assertThat(check("search").hasAllowed()).isTrue();
    say(AlertStatus.ALERT_STATUS_FIRING);

    var denied = check("search").getDenied();
    assertThat(denied.getReason()).isEqualTo(DenialReason.DENIAL_REASON_FROZEN);
    assertThat(denied.getMessage()).isEqualTo("Ask ann.");
    assertThat(check("ads").hasAllowed()).isTrue();
    var frozen =
        budgets().listFreezes(ListFreezesRequest.getDefaultInstance()).getFreezesList().getFirst();
    assertThat(frozen.getActor()).isEqualTo(ACTOR);
    assertThat(frozen.getNote()).isEqualTo("anomaly/1: team search spends");
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (check("search").hasDenied()) {
      assertThat(System.nanoTime()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(Instant.now()).isAfterOrEqualTo(Times.instant(frozen.getExpireTime()));
    assertThat(changes()).hasSize(1);
  }

  /// A process that died after it froze left a delivery that looks as if it had not.
  @Test
  void freeze_repeatedAfterACrash_isMadeOnceAndUndoneWhenTheAlertIsOver() throws Exception {
    routeThatFreezes(600);
    say(AlertStatus.ALERT_STATUS_FIRING);
    claimAgain();
    sent();
    assertThat(changes()).hasSize(1);
    assertThat(check("search").hasDenied()).isTrue();

    say(AlertStatus.ALERT_STATUS_RESOLVED);
    assertThat(check("search").hasAllowed()).isTrue();
    claimAgain();
    sent();
    assertThat(check("search").hasAllowed()).isTrue();
    assertThat(changes())
        .extracting(FreezeChange::getActor, FreezeChange::hasFreeze)
        .containsExactly(tuple(ACTOR, false), tuple(ACTOR, true));
  }

  @Test
  void tighten_ofAnAlert_takesFromTheBudgetAndGivesBackJustThat() throws Exception {
    var budget =
        Budget.newBuilder()
            .setBudgetId("calls")
            .setDisplayName("Calls")
            .putSelector("team", "search")
            .setWindow(Window.newBuilder().setLifetime(Lifetime.getDefaultInstance()))
            .addLimits(Limit.newBuilder().setRequests(10));
    var _ = budgets().createBudget(CreateBudgetRequest.newBuilder().setBudget(budget).build());
    var action =
        TightenAction.newBuilder()
            .setBudgetId("calls")
            .setAmount(Limit.newBuilder().setRequests(9))
            .setDuration(seconds(600));
    var route = AlertRoute.newBuilder().setRouteId("stop").setDimension("team").setTighten(action);
    alerts.routes().put(tenant, route.build(), "test");
    say(AlertStatus.ALERT_STATUS_FIRING);
    assertThat(check("search").hasAllowed()).isTrue();
    assertThat(check("search").hasDenied()).isTrue();

    say(AlertStatus.ALERT_STATUS_RESOLVED);
    for (var call = 2; call <= 10; call++) {
      assertThat(check("search").hasAllowed()).isTrue();
    }
    assertThat(check("search").hasDenied()).isTrue();
    var adjusted =
        budgets()
            .getBudget(GetBudgetRequest.newBuilder().setBudgetId("calls").build())
            .getBudget()
            .getAdjustmentsList();
    assertThat(adjusted)
        .extracting(Adjustment::getNegative, each -> each.getAmount().getRequests())
        .containsExactly(tuple(true, 9L), tuple(false, 9L));
    assertThat(adjusted.getFirst().getEndTime()).isEqualTo(adjusted.getLast().getEndTime());
    assertThat(
            budgets()
                .listBudgetChanges(
                    ListBudgetChangesRequest.newBuilder().setBudgetId("calls").build())
                .getChangesList())
        .extracting(BudgetChange::getActor)
        .startsWith(ACTOR, ACTOR)
        .hasSize(3);
  }
}
