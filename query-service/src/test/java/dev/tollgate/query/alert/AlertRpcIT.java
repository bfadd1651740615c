package dev.tollgate.query.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.alert.v1.AlertmanagerChannel;
import dev.tollgate.proto.alert.v1.DeleteAlertRouteRequest;
import dev.tollgate.proto.alert.v1.DeliveryState;
import dev.tollgate.proto.alert.v1.EmailChannel;
import dev.tollgate.proto.alert.v1.ListAlertDeliveriesRequest;
import dev.tollgate.proto.alert.v1.ListAlertDeliveriesResponse;
import dev.tollgate.proto.alert.v1.ListAlertRoutesRequest;
import dev.tollgate.proto.alert.v1.ListAlertRoutesResponse;
import dev.tollgate.proto.alert.v1.PagerDutyChannel;
import dev.tollgate.proto.alert.v1.PutAlertRouteRequest;
import dev.tollgate.proto.alert.v1.PutAlertRouteResponse;
import dev.tollgate.proto.alert.v1.QuietHours;
import dev.tollgate.proto.alert.v1.RedriveAlertDeliveriesRequest;
import dev.tollgate.proto.alert.v1.SlackChannel;
import dev.tollgate.proto.alert.v1.WebhookChannel;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
class AlertRpcIT {
  private static final Instant NOW = Instant.parse("2026-08-01T10:05:00Z");
  private static final String URL = "https://hooks.example.com/x";
  private static final String SECRET = "sixteen-or-more-chars";

  private static final Reach REACH =
      new Reach(
          false,
          new MailSettings.Server(
              "mail.example.com",
              587,
              MailSettings.Security.STARTTLS,
              "",
              new Secret(""),
              "tollgate@example.com",
              List.of()));

  private final FakeTime time = new FakeTime(NOW);
  private final ClickHouse clickHouse;
  private final Alerts alerts;
  private final AlertRpc rpc;
  private Caller caller;

  AlertRpcIT(Stores stores, TestInfo test) {
    this.clickHouse = ClickHouse.connect(TestLedger.settings(stores));
    this.alerts = Alerts.open(clickHouse, time);
    this.rpc = new AlertRpc(alerts, REACH, new PageTokens(new Secret("key")), time);
    var tenant = stores.tenant() + test.getTestMethod().orElseThrow().getName();
    this.caller = new Caller("key", Set.of(Role.ROLE_ADMIN), tenant, Map.of());
  }

  @AfterEach
  void close() {
    clickHouse.close();
  }

  /// The answer of a call as the service makes it.
  private <Q, R> R call(BiConsumer<Q, StreamObserver<R>> method, Q request) {
    var answers = new ArrayList<R>();
    var observer =
        new StreamObserver<R>() {
          @Override
          public void onNext(R answer) {
            answers.add(answer);
          }

          @Override
          public void onError(Throwable failed) {
            throw new AssertionError(failed);
          }

          @Override
          public void onCompleted() {
            assertThat(answers).hasSize(1);
          }
        };
    Context.current().withValue(Caller.KEY, caller).run(() -> method.accept(request, observer));
    return answers.getFirst();
  }

  private AlertRoute put(AlertRoute.Builder route) {
    return this.<PutAlertRouteRequest, PutAlertRouteResponse>call(
            rpc::putAlertRoute, PutAlertRouteRequest.newBuilder().setRoute(route).build())
        .getRoute();
  }

  private List<AlertRoute> routes() {
    return this.<ListAlertRoutesRequest, ListAlertRoutesResponse>call(
            rpc::listAlertRoutes, ListAlertRoutesRequest.getDefaultInstance())
        .getRoutesList();
  }

  private ListAlertDeliveriesResponse list(ListAlertDeliveriesRequest.Builder request) {
    return call(rpc::listAlertDeliveries, request.build());
  }

  private void delete(String id, long version) {
    call(
        rpc::deleteAlertRoute,
        DeleteAlertRouteRequest.newBuilder().setRouteId(id).setVersion(version).build());
  }

  private void redrive(String... ids) {
    call(
        rpc::redriveAlertDeliveries,
        RedriveAlertDeliveriesRequest.newBuilder().addAllDeliveryIds(List.of(ids)).build());
  }

  private static void fails(Reason reason, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.reason()).isEqualTo(reason));
  }

  private static AlertRoute.Builder webhook(String id) {
    return AlertRoute.newBuilder()
        .setRouteId(id)
        .setWebhook(WebhookChannel.newBuilder().setUrl(URL).setSecret(SECRET));
  }

  @Test
  void putRoute_secretsOfEveryChannel_areKeptAndNeverShown() {
    var channels =
        List.of(
            webhook("a"),
            AlertRoute.newBuilder().setRouteId("b").setSlack(SlackChannel.newBuilder().setUrl(URL)),
            AlertRoute.newBuilder()
                .setRouteId("c")
                .setAlertmanager(
                    AlertmanagerChannel.newBuilder().setUrl(URL).setAuthorization(SECRET)),
            AlertRoute.newBuilder()
                .setRouteId("d")
                .setPagerDuty(PagerDutyChannel.newBuilder().setRoutingKey(SECRET)));
    for (var channel : channels) {
      var shown = put(channel);
      var hidden = shown.hasSlack() ? URL : SECRET;
      assertThat(shown.getVersion()).isEqualTo(1);
      assertThat(shown.toString()).doesNotContain(hidden);
      var again = put(shown.toBuilder().setOmitResolved(true));
      assertThat(again.getVersion()).isEqualTo(2);

      var stored = alerts.routes().find(caller.tenant(), shown.getRouteId()).orElseThrow();
      assertThat(stored.toString()).contains(hidden);
      assertThat(stored.getOmitResolved()).isTrue();
    }
    assertThat(routes()).extracting(AlertRoute::getRouteId).containsExactly("a", "b", "c", "d");
    assertThat(routes().toString()).doesNotContain(SECRET);
    assertThat(routes().get(3).getPagerDuty().getUrl()).isEqualTo(Channels.PAGER_DUTY);
  }

  /// Else whoever may write routes could have the secret sent to an address of theirs.
  @Test
  void putRoute_otherAddress_needsTheSecretAgain() {
    var shown = put(webhook("a"));
    var moved = shown.toBuilder();
    moved.getWebhookBuilder().setUrl("https://elsewhere.example.com/");

    fails(Reason.FIELD_INVALID, () -> put(moved));
  }

  @Test
  void putRoute_badInput_isAllNamed() {
    var request =
        AlertRoute.newBuilder()
            .setRouteId("' OR 1 = 1 --")
            .setVersion(-1)
            .addKindsValue(99)
            .addKinds(AlertKind.ALERT_KIND_ANOMALY)
            .addKinds(AlertKind.ALERT_KIND_ANOMALY)
            .setMinSeverityValue(99)
            .setDimension("teem")
            .addValues("")
            .addOwners("x\u0000")
            .setQuietHours(
                QuietHours.newBuilder().setStart("24:00").setEnd("24:00").setTimeZone("Mars"))
            .setWebhook(WebhookChannel.newBuilder().setUrl("http://x/").setSecret("short"));
    assertThatThrownBy(() -> put(request))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
              assertThat(failure.violations())
                  .extracting("field")
                  .containsExactly(
                      "route.route_id",
                      "route.version",
                      "route.kinds[0]",
                      "route.kinds[2]",
                      "route.min_severity",
                      "route.dimension",
                      "route.values[0]",
                      "route.owners[0]",
                      "route.quiet_hours.start",
                      "route.quiet_hours.end",
                      "route.quiet_hours.end",
                      "route.quiet_hours.time_zone",
                      "route.webhook.url",
                      "route.webhook.secret");
              assertThat(failure.violations().toString()).doesNotContain("short");
            });
    fails(Reason.FIELD_INVALID, () -> put(AlertRoute.newBuilder().setRouteId("a")));
  }

  /// A line break in an address would begin a header, a comma another recipient.
  @Test
  void putRoute_recipients_areAddressesAndNothingElse() {
    var bad =
        List.of(
            "a@b.example\r\nBcc: c@d.example",
            "a@b.example,c@d.example",
            "<a@b.example>",
            "Ann <a@b.example>",
            "a b@c.example",
            "a@b..example",
            "@b.example",
            "a@",
            "");
    for (var each : bad) {
      fails(
          Reason.FIELD_INVALID,
          () ->
              put(
                  AlertRoute.newBuilder()
                      .setRouteId("mail")
                      .setEmail(EmailChannel.newBuilder().addRecipients(each))));
    }
    var twice = EmailChannel.newBuilder().addRecipients("a@b.example").addRecipients("a@b.example");
    fails(
        Reason.FIELD_INVALID,
        () -> put(AlertRoute.newBuilder().setRouteId("mail").setEmail(twice)));
    fails(
        Reason.FIELD_INVALID,
        () ->
            put(
                AlertRoute.newBuilder()
                    .setRouteId("mail")
                    .setEmail(EmailChannel.getDefaultInstance())));
    var good = EmailChannel.newBuilder().addRecipients("ann.o'neil+x@mail.b.example").build();
    assertThat(put(AlertRoute.newBuilder().setRouteId("mail").setEmail(good)).getEmail())
        .isEqualTo(good);
  }

  @Test
  void putRoute_mailWithoutAServer_isRefused() {
    var none = new Reach(false, new MailSettings.None());
    var without = new AlertRpc(alerts, none, new PageTokens(new Secret("key")), time);
    var route =
        AlertRoute.newBuilder()
            .setRouteId("mail")
            .setEmail(EmailChannel.newBuilder().addRecipients("a@b.example"));
    fails(
        Reason.FIELD_INVALID,
        () ->
            this.<PutAlertRouteRequest, PutAlertRouteResponse>call(
                without::putAlertRoute, PutAlertRouteRequest.newBuilder().setRoute(route).build()));
  }

  @Test
  void putRoute_versions_areHeldAgainstWhatIsStored() {
    put(webhook("a"));

    fails(Reason.WRITE_CONFLICT, () -> put(webhook("a")));
    fails(Reason.WRITE_CONFLICT, () -> put(webhook("a").setVersion(7)));
    fails(Reason.WRITE_CONFLICT, () -> delete("a", 2));
    delete("a", 1);
    fails(Reason.ALERT_ROUTE_UNKNOWN, () -> delete("a", 1));
    fails(Reason.ALERT_ROUTE_UNKNOWN, () -> delete("never", 1));
    assertThat(routes()).isEmpty();
    assertThat(put(webhook("a")).getVersion()).isEqualTo(3);
  }

  @Test
  void anyMethod_pinnedKey_isRefusedAndOthersRoutesAreNotSeen() {
    put(webhook("a"));
    var own = caller;
    caller = new Caller("key", Set.of(Role.ROLE_ADMIN), own.tenant(), Map.of("team", "a"));
    fails(Reason.DIMENSION_FORBIDDEN, () -> put(webhook("b")));
    fails(Reason.DIMENSION_FORBIDDEN, this::routes);
    fails(Reason.DIMENSION_FORBIDDEN, () -> delete("a", 1));
    fails(Reason.DIMENSION_FORBIDDEN, () -> list(ListAlertDeliveriesRequest.newBuilder()));
    fails(Reason.DIMENSION_FORBIDDEN, () -> redrive("x"));

    caller = new Caller("key", Set.of(Role.ROLE_ADMIN), own.tenant() + "-other", Map.of());
    assertThat(routes()).isEmpty();
    fails(Reason.ALERT_ROUTE_UNKNOWN, () -> delete("a", 1));
  }

  @Test
  void listDeliveries_pagesAndFilters_giveEachOnce() {
    put(webhook("a"));
    put(webhook("b"));
    for (var i = 0; i < 5; i++) {
      say("alert-" + i);
    }
    var paged = new ArrayList<AlertDelivery>();
    var request = ListAlertDeliveriesRequest.newBuilder().setPageSize(3);
    ListAlertDeliveriesResponse page;
    do {
      page = list(request);
      assertThat(page.getDeliveriesCount()).isLessThanOrEqualTo(3);
      paged.addAll(page.getDeliveriesList());
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());

    assertThat(paged).hasSize(10).doesNotHaveDuplicates();
    assertThat(list(ListAlertDeliveriesRequest.newBuilder().setRouteId("a")).getDeliveriesList())
        .isEqualTo(paged.stream().filter(each -> each.getRouteId().equals("a")).toList())
        .hasSize(5);
    var dead = DeliveryState.DELIVERY_STATE_DEAD;
    assertThat(list(ListAlertDeliveriesRequest.newBuilder().setState(dead)).getDeliveriesList())
        .isEmpty();
    var bad = ListAlertDeliveriesRequest.newBuilder().setPageSize(-1).setStateValue(99);
    fails(Reason.FIELD_INVALID, () -> list(bad));
    fails(
        Reason.FIELD_INVALID,
        () -> list(ListAlertDeliveriesRequest.newBuilder().setPageToken("forged")));
  }

  private void say(String id) {
    alerts.say(
        caller.tenant(),
        Alert.newBuilder()
            .setAlertId(id)
            .setKind(AlertKind.ALERT_KIND_ANOMALY)
            .setStatus(AlertStatus.ALERT_STATUS_FIRING)
            .setStartTime(Times.timestamp(NOW))
            .build());
  }

  @Test
  void redrive_deadLettersOnly_waitAgainUnderTheirIds() {
    put(webhook("a"));
    say("one");
    say("two");
    var all = list(ListAlertDeliveriesRequest.newBuilder()).getDeliveriesList();
    var first = all.getFirst().getDeliveryId();
    var second = all.getLast().getDeliveryId();
    var stored = alerts.deliveries().find(caller.tenant(), first).orElseThrow();
    var dead =
        stored.delivery().toBuilder()
            .setState(DeliveryState.DELIVERY_STATE_DEAD)
            .setAttempts(12)
            .build();
    assertThat(alerts.deliveries().put(stored, dead)).isPresent();

    fails(Reason.DEAD_LETTER_UNKNOWN, () -> redrive(first, second));
    fails(Reason.DEAD_LETTER_UNKNOWN, () -> redrive("'OR'1=1"));
    fails(Reason.FIELD_INVALID, () -> redrive(first, first));
    fails(Reason.FIELD_INVALID, this::redrive);
    time.advance(Duration.ofDays(6));
    redrive(first);

    var again = list(ListAlertDeliveriesRequest.newBuilder()).getDeliveries(0);
    assertThat(again.getDeliveryId()).isEqualTo(first);
    assertThat(again.getState()).isEqualTo(DeliveryState.DELIVERY_STATE_PENDING);
    assertThat(again.getAttempts()).isZero();
    assertThat(Times.instant(again.getDueTime())).isEqualTo(time.now());
    var later = alerts.deliveries().find(caller.tenant(), first).orElseThrow();
    assertThat(alerts.deliveries().put(later, dead)).isPresent();
    time.advance(Duration.ofDays(2));
    fails(Reason.DEAD_LETTER_UNKNOWN, () -> redrive(first));
  }
}
