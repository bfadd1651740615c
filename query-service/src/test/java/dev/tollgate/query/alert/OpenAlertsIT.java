package dev.tollgate.query.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.alert.v1.DeliveryState;
import dev.tollgate.proto.alert.v1.ListAlertDeliveriesResponse;
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
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
class OpenAlertsIT {
  private static final Instant NOW = Instant.parse("2026-08-01T10:05:00Z");
  private static final String TABLE = "open_alerts_of_tests";

  private final FakeTime time = new FakeTime(NOW);
  private final ClickHouse clickHouse;
  private final String tenant;
  private final Said said;
  private final OpenAlerts open;

  OpenAlertsIT(Stores stores, TestInfo test) {
    this.clickHouse = ClickHouse.connect(TestLedger.settings(stores));
    this.tenant = stores.tenant() + test.getTestMethod().orElseThrow().getName();
    this.said = new Said(clickHouse, time, tenant);
    this.open = open();
  }

  private OpenAlerts open() {
    return OpenAlerts.open(clickHouse, TABLE, Alerts.open(clickHouse, time));
  }

  @BeforeEach
  void route() {
    said.route(AlertRoute.newBuilder().setRouteId("all"));
  }

  @AfterEach
  void close() {
    clickHouse.close();
  }

  private static Alert alert(String id) {
    return Alert.newBuilder()
        .setAlertId(id)
        .setKind(AlertKind.ALERT_KIND_BUDGET)
        .setSeverity(AlertSeverity.ALERT_SEVERITY_WARNING)
        .setStatus(AlertStatus.ALERT_STATUS_FIRING)
        .setTitle(id)
        .setStartTime(Times.timestamp(NOW))
        .build();
  }

  private void assertSaid(String... ids) {
    assertThat(said.to("all"))
        .extracting(alert ->
            (alert.getStatus() == AlertStatus.ALERT_STATUS_RESOLVED ? "over " : "")
                + alert.getAlertId())
        .containsExactlyInAnyOrder(ids);
  }

  @Test
  void change_beginsAndIsOver_isSaidOnceEach() {
    open.change(open.line(tenant, "l"), List.of(alert("a"), alert("b")), List.of(), NOW);
    assertSaid("a", "b");
    var line = open.line(tenant, "l");
    assertThat(line.open()).extracting(Alert::getAlertId).containsExactly("a", "b");
    var later = NOW.plus(Duration.ofMinutes(7));
    open.change(line, List.of(), List.of(line.open().getFirst()), later);

    assertSaid("a", "b", "over a");
    assertThat(said.to("all"))
        .filteredOn(alert -> alert.getStatus() == AlertStatus.ALERT_STATUS_RESOLVED)
        .extracting(Alert::getTitle, Alert::getStartTime, Alert::getEndTime)
        .containsExactly(tuple("Over: a", Times.timestamp(NOW), Times.timestamp(later)));
    assertThat(open.line(tenant, "l").open()).extracting(Alert::getAlertId).containsExactly("b");
  }

  /// Each of them has seen the same line, and something else.
  @Test
  void change_manyProcessesAtOnce_sayWhatOneOfThemSays() throws Exception {
    var line = open.line(tenant, "l");
    try (var threads = Executors.newFixedThreadPool(4)) {
      var changes = new ArrayList<Callable<Boolean>>();
      for (var i = 0; i < 8; i++) {
        var id = "seen-by-" + i;
        changes.add(() -> {
          open().change(line, List.of(alert(id)), List.of(), NOW);
          return true;
        });
      }
      for (var each : threads.invokeAll(changes)) {
        assertThat(each.get()).isTrue();
      }
    }

    assertThat(said.to("all")).hasSize(1);
    assertThat(open.line(tenant, "l").open()).isEqualTo(said.to("all"));
  }

  /// It had written what it was going to say; and said one of two.
  @Test
  void change_processDiedBeforeItSaidAll_isSaidByTheNext() {
    var pending = ListAlertDeliveriesResponse.newBuilder();
    for (var id : List.of("a", "b")) {
      pending.addDeliveries(
          AlertDelivery.newBuilder()
              .setAlert(alert(id))
              .setState(DeliveryState.DELIVERY_STATE_PENDING));
    }
    new LateControlTable(clickHouse, TABLE)
        .get()
        .append(tenant, "l", 0, Form.json(pending.build()), "test");
    Alerts.open(clickHouse, time).say(tenant, alert("a"));
    var line = open.line(tenant, "l");
    open.change(line, List.of(), List.of(), NOW);
    open.change(line, List.of(), List.of(), NOW);
    open.change(open.line(tenant, "l"), List.of(), List.of(), NOW);

    assertSaid("a", "b");
    // Who comes later is not told of what had begun.
    said.route(AlertRoute.newBuilder().setRouteId("late"));
    open.change(open.line(tenant, "l"), List.of(), List.of(), NOW);
    assertThat(said.to("late")).isEmpty();
  }

  @Test
  void lines_allTenants_haveWhatGoesOn() {
    open.change(open.line(tenant, "l"), List.of(alert("a")), List.of(), NOW);
    var line = open.line(tenant, "l");
    assertThat(open.lines()).contains(line);
    assertThat(line.isEmpty()).isFalse();
    open.change(line, List.of(), line.open(), NOW);

    assertThat(open.line(tenant, "l").isEmpty()).isTrue();
  }
}
