package dev.tollgate.query.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.alert.Alerts;
import dev.tollgate.query.alert.OpenAlerts;
import dev.tollgate.query.alert.Said;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.ledger.HourMarks;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
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
class HealthJobIT {
  private static final Instant START = Instant.parse("2026-08-10T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int CALLS = 20;
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);

  private final FakeTime time = new FakeTime(START.plus(Duration.ofMinutes(11)));
  private final TestLedger ledger;
  private final String tenant;
  private final Said said;

  HealthJobIT(Stores stores, TestInfo test) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant() + test.getTestMethod().orElseThrow().getName();
    this.said = new Said(ledger.clickHouse(), time, tenant);
  }

  @BeforeEach
  void route() {
    said.route(AlertRoute.newBuilder().setRouteId("all"));
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  /// As a process has it that has just started.
  private HealthJob job() {
    return job("health_marks");
  }

  private HealthJob job(String table) {
    var alerts = Alerts.open(ledger.clickHouse(), time);
    var marks = new HourMarks(new LateControlTable(ledger.clickHouse(), table), "test");
    return new HealthJob(
        new Ledger(ledger.clickHouse(), LIMITS),
        marks,
        OpenAlerts.open(ledger.clickHouse(), "health_alerts", alerts),
        time);
  }

  private void look() {
    var job = job();
    job.run();
    job.run();
    job().run();
  }

  /// As many failed, each of the others took so long; the same for a neighbour.
  private void hour(int hour, String model, int failed, int millis) throws Exception {
    var rows = new ArrayList<Map<String, Object>>();
    for (var who : List.of(tenant, tenant + "-neighbour")) {
      for (var i = 0; i < CALLS; i++) {
        rows.add(
            new MadeCall(
                    who,
                    model + hour + "-" + i,
                    0,
                    START.plus(HOUR.multipliedBy(hour)).plusSeconds(i),
                    Map.of("provider", "openai", "model", model),
                    "USD",
                    1_000_000_000_000L,
                    "PRICED",
                    i < failed ? "ERROR" : "SUCCESS",
                    "",
                    millis,
                    0,
                    1)
                .row());
      }
    }
    ledger.insertEntries(rows);
  }

  /// Up to when the hour of that number is complete.
  private void pass(int hour) {
    var complete = START.plus(HOUR.multipliedBy(hour + 1)).plus(Duration.ofMinutes(10));
    time.advance(Duration.between(time.now(), complete));
  }

  private List<String> said() {
    return said.to("all").stream()
        .map(alert -> {
          var isOver = alert.getStatus() == AlertStatus.ALERT_STATUS_RESOLVED;
          var when = isOver ? alert.getEndTime() : alert.getStartTime();
          return (isOver ? "over " : "begun ")
              + (when.getSeconds() - START.getEpochSecond()) / HOUR.toSeconds();
        })
        .toList();
  }

  @Test
  void run_incidentOfTwoEndpoints_beginsAndIsOverOnce() throws Exception {
    hour(0, "a", 1, 100);
    hour(0, "b", 0, 100);
    hour(1, "a", 2, 100);
    hour(1, "b", 12, 100);
    pass(1);
    time.advance(Duration.ofMillis(-1));
    look();
    assertThat(said()).isEmpty();
    time.advance(Duration.ofMillis(1));
    look();
    assertThat(said()).containsExactly("begun 1");
    assertThat(said.to("all").getFirst().getTitle())
        .isEqualTo("openai b: 60.0 % of calls failed; and 1 other");
    // It goes on with one of them.
    hour(2, "a", 3, 100);
    pass(2);
    look();
    assertThat(said()).containsExactly("begun 1");
    hour(3, "a", 1, 100);
    pass(3);
    look();
    pass(4);
    look();

    assertThat(said()).containsExactly("begun 1", "over 3");
    assertThat(said.to("all").stream().map(Alert::getAlertId).distinct()).hasSize(1);
  }

  /// Nobody looked for hours: each is looked at in its turn.
  @Test
  void run_hoursPassedUnseen_areSaidInTheirOrder() throws Exception {
    hour(0, "a", 0, 100);
    pass(0);
    look();
    hour(1, "a", 5, 100);
    hour(2, "a", 0, 100);
    hour(3, "b", 5, 100);
    hour(4, "a", 5, 100);
    hour(5, "a", 0, 100);
    pass(5);
    look();

    assertThat(said())
        .containsExactlyInAnyOrder("begun 1", "over 2", "begun 3", "over 4", "begun 4", "over 5");
  }

  @Test
  void run_slowerThanUsual_isAnIncidentAndSilenceEndsIt() throws Exception {
    for (var hour = 0; hour < 3; hour++) {
      hour(hour, "a", 0, 100);
    }
    hour(3, "a", 0, 1_000);
    pass(3);
    look();
    assertThat(said()).containsExactly("begun 3");
    assertThat(said.to("all").getFirst().getTitle()).contains("nine calls in ten");
    pass(4);
    look();

    assertThat(said()).containsExactly("begun 3", "over 4");
  }

  /// Its mark, which nobody else sees, is one that it never came to write.
  @Test
  void run_processDiedBeforeItsMark_isSaidOnce() throws Exception {
    var dying = job("marks_of_the_dead");
    hour(1, "a", 5, 100);
    pass(1);
    dying.run();
    assertThat(said()).containsExactly("begun 1");
    look();
    assertThat(said()).containsExactly("begun 1");
    hour(2, "a", 5, 100);
    hour(3, "a", 0, 100);
    pass(2);
    dying.run();
    look();
    pass(3);
    dying.run();
    look();

    assertThat(said()).containsExactly("begun 1", "over 3");
  }
}
