package dev.tollgate.query.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.alert.v1.DeliveryState;
import dev.tollgate.proto.alert.v1.QuietHours;
import dev.tollgate.proto.alert.v1.WebhookChannel;
import dev.tollgate.query.alert.Receiver.Got;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
class AlertsIT {
  private static final Instant NOW = Instant.parse("2026-08-01T10:05:00Z");

  private static final Reach ANYWHERE = new Reach(true, new MailSettings.None());
  private static final Reach PUBLIC = new Reach(false, new MailSettings.None());

  private final FakeTime time = new FakeTime(NOW);
  private final ClickHouse clickHouse;
  private final String tenant;
  private final Alerts alerts;
  private final Receiver receiver;
  private final Sender sender;

  AlertsIT(Stores stores, TestInfo test) throws Exception {
    this.clickHouse = ClickHouse.connect(TestLedger.settings(stores));
    this.tenant = stores.tenant() + test.getTestMethod().orElseThrow().getName();
    this.alerts = Alerts.open(clickHouse, time);
    this.receiver = new Receiver();
    this.sender = new Sender(alerts, ANYWHERE, ActionsTest.NO_QUOTA, time);
  }

  @AfterEach
  void close() {
    sender.close();
    receiver.close();
    clickHouse.close();
  }

  private AlertRoute.Builder route(String id) {
    return AlertRoute.newBuilder()
        .setRouteId(id)
        .setWebhook(
            WebhookChannel.newBuilder()
                .setUrl(receiver.url("/" + id))
                .setSecret("secret-of-" + id + "-route"));
  }

  private static Alert alert(String id, AlertStatus status) {
    var alert =
        Alert.newBuilder()
            .setAlertId(id)
            .setKind(AlertKind.ALERT_KIND_ANOMALY)
            .setSeverity(AlertSeverity.ALERT_SEVERITY_WARNING)
            .setStatus(status)
            .setTitle(id)
            .setStartTime(Times.timestamp(NOW));
    return status == AlertStatus.ALERT_STATUS_RESOLVED
        ? alert.setEndTime(Times.timestamp(NOW)).build()
        : alert.build();
  }

  private List<AlertDelivery> deliveries() {
    return alerts.deliveries().list(tenant, "", 1_000);
  }

  /// Has what is due sent, until nothing is any more.
  private void send() throws Exception {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    do {
      sender.run();
      TimeUnit.MILLISECONDS.sleep(20);
      assertThat(System.nanoTime()).isLessThan(end);
    } while (deliveries().stream().anyMatch(this::isDue));
  }

  private boolean isDue(AlertDelivery delivery) {
    return delivery.getState() == DeliveryState.DELIVERY_STATE_SENDING
        || (delivery.getState() == DeliveryState.DELIVERY_STATE_PENDING
            && !Times.instant(delivery.getDueTime()).isAfter(time.now()));
  }

  /// Whoever says it, and however often.
  @Test
  void say_byManyAtOnce_isOneDeliveryPerRoute() throws Exception {
    alerts.routes().put(tenant, route("one").build(), "test");
    alerts.routes().put(tenant, route("two").build(), "test");
    try (var threads = Executors.newFixedThreadPool(4)) {
      var said = new ArrayList<Callable<Boolean>>();
      for (var i = 0; i < 12; i++) {
        said.add(() -> {
          alerts.say(tenant, alert("a", AlertStatus.ALERT_STATUS_FIRING));
          return true;
        });
      }
      for (var each : threads.invokeAll(said)) {
        assertThat(each.get()).isTrue();
      }
    }
    var others = Alerts.open(clickHouse, time);
    try (var other = new Sender(others, ANYWHERE, ActionsTest.NO_QUOTA, time)) {
      other.run();
      send();
    }

    assertThat(receiver.got()).extracting(Got::path).containsExactlyInAnyOrder("/one", "/two");
    assertThat(receiver.got()).extracting(Got::delivery).doesNotHaveDuplicates();
    for (var got : receiver.got()) {
      var id = got.path().substring(1);
      assertThat(got.signature())
          .isEqualTo(Post.signature("secret-of-" + id + "-route", NOW, got.body()));
    }
    assertThat(deliveries())
        .extracting(AlertDelivery::getState)
        .containsOnly(DeliveryState.DELIVERY_STATE_DELIVERED);
  }

  @Test
  void send_receiverFails_isRepeatedLaterAndThenADeadLetterThatCanBeRedriven() throws Exception {
    alerts.routes().put(tenant, route("one").build(), "test");
    receiver.answer(_ -> 503);
    alerts.say(tenant, alert("a", AlertStatus.ALERT_STATUS_FIRING));
    var waited = Duration.ZERO;
    for (var attempt = 1; attempt <= 12; attempt++) {
      send();
      assertThat(receiver.got()).hasSize(attempt);
      var pause = Sender.pause(attempt);
      time.advance(pause.minusSeconds(1));
      send();
      assertThat(receiver.got()).hasSize(attempt);
      time.advance(Duration.ofSeconds(1));
      waited = waited.plus(pause);
    }

    assertThat(waited).isBetween(Duration.ofHours(3), Duration.ofHours(5));
    var dead = deliveries().getFirst();
    assertThat(dead.getState()).isEqualTo(DeliveryState.DELIVERY_STATE_DEAD);
    assertThat(dead.getError()).isEqualTo("the receiver answered with status 503");
    assertThat(receiver.got()).extracting(Got::delivery).containsOnly(dead.getDeliveryId());
  }

  @Test
  void send_receiverRefusesOrRedirects_isNotFollowedNorHurried() throws Exception {
    alerts.routes().put(tenant, route("refuses").build(), "test");
    alerts.routes().put(tenant, route("redirects").build(), "test");
    alerts.routes().put(tenant, route("cuts").build(), "test");
    receiver.answer(path ->
        switch (path) {
          case "/refuses" -> 410;
          case "/redirects" -> 302;
          default -> 0;
        });
    alerts.say(tenant, alert("a", AlertStatus.ALERT_STATUS_FIRING));
    send();

    assertThat(receiver.got())
        .extracting(Got::path)
        .containsExactlyInAnyOrder("/refuses", "/redirects", "/cuts");
    for (var each : deliveries()) {
      assertThat(each.getState())
          .isEqualTo(
              each.getRouteId().equals("refuses")
                  ? DeliveryState.DELIVERY_STATE_DEAD
                  : DeliveryState.DELIVERY_STATE_PENDING);
      assertThat(each.getError()).isNotEmpty();
    }
  }

  /// A receiver that is told of the end first would never hear of it again.
  @Test
  void send_endWhileTheBeginningWaits_comesAfterIt() throws Exception {
    alerts.routes().put(tenant, route("one").build(), "test");
    receiver.answer(_ -> 503);
    alerts.say(tenant, alert("a", AlertStatus.ALERT_STATUS_FIRING));
    send();
    alerts.say(tenant, alert("a", AlertStatus.ALERT_STATUS_RESOLVED));
    sender.run();
    receiver.answer(_ -> 200);
    time.advance(Duration.ofSeconds(10));
    send();

    assertThat(receiver.got())
        .extracting(Got::status, got -> got.body().contains("ALERT_STATUS_RESOLVED"))
        .containsExactly(tuple(503, false), tuple(200, false), tuple(200, true));
  }

  @Test
  void send_claimOfADeadProcess_isTakenOverAfterAMinute() throws Exception {
    alerts.routes().put(tenant, route("one").build(), "test");
    alerts.say(tenant, alert("a", AlertStatus.ALERT_STATUS_FIRING));
    var stored =
        alerts.deliveries().find(tenant, deliveries().getFirst().getDeliveryId()).orElseThrow();
    alerts
        .deliveries()
        .put(
            stored,
            stored.delivery().toBuilder()
                .setState(DeliveryState.DELIVERY_STATE_SENDING)
                .setDueTime(Times.timestamp(NOW.plusSeconds(60)))
                .build());
    sender.run();
    time.advance(Duration.ofSeconds(59));
    sender.run();
    assertThat(receiver.got()).isEmpty();
    time.advance(Duration.ofSeconds(1));
    send();

    assertThat(receiver.got()).hasSize(1);
  }

  @Test
  void say_inQuietHours_waitsForTheirEnd() throws Exception {
    var quiet = QuietHours.newBuilder().setStart("09:00").setEnd("11:00").setTimeZone("Etc/UTC");
    alerts.routes().put(tenant, route("quiet").setQuietHours(quiet).build(), "test");
    alerts.say(tenant, alert("a", AlertStatus.ALERT_STATUS_FIRING));
    send();
    assertThat(receiver.got()).isEmpty();
    time.advance(Duration.ofMinutes(55));
    send();

    assertThat(receiver.got()).hasSize(1);
  }

  @Test
  void send_privateAddress_isNotAskedUnlessAllowed() throws Exception {
    alerts.routes().put(tenant, route("one").build(), "test");
    alerts.say(tenant, alert("a", AlertStatus.ALERT_STATUS_FIRING));
    try (var careful = new Sender(alerts, PUBLIC, ActionsTest.NO_QUOTA, time)) {
      careful.run();
      var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (deliveries().getFirst().getError().isEmpty() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }

    assertThat(receiver.got()).isEmpty();
    assertThat(deliveries().getFirst().getError()).contains("no public network");
  }

  @Test
  void wants_everyCondition_mustHold() {
    var whole = alert("a", AlertStatus.ALERT_STATUS_FIRING);
    var team = whole.toBuilder().putSubject("team", "a").setOwner("ann").build();
    var over = alert("a", AlertStatus.ALERT_STATUS_RESOLVED);
    var any = AlertRoute.newBuilder();

    assertThat(Alerts.wants(any.build(), whole)).isTrue();
    assertThat(Alerts.wants(any.build(), team)).isFalse();
    any.setDimension("team");
    assertThat(Alerts.wants(any.build(), whole)).isFalse();
    assertThat(Alerts.wants(any.build(), team)).isTrue();
    assertThat(Alerts.wants(any.clone().addValues("b").build(), team)).isFalse();
    assertThat(Alerts.wants(any.clone().addValues("b").addValues("a").build(), team)).isTrue();
    assertThat(Alerts.wants(AlertRoute.newBuilder().addOwners("ann").build(), team)).isTrue();
    assertThat(Alerts.wants(any.clone().addOwners("bob").build(), team)).isFalse();
    assertThat(Alerts.wants(any.clone().addOwners("ann").build(), team)).isTrue();
    assertThat(
            Alerts.wants(
                any.clone().setMinSeverity(AlertSeverity.ALERT_SEVERITY_CRITICAL).build(), team))
        .isFalse();
    assertThat(Alerts.wants(AlertRoute.newBuilder().setOmitResolved(true).build(), over)).isFalse();
    assertThat(Alerts.wants(AlertRoute.newBuilder().build(), over)).isTrue();
  }
}
