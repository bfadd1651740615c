package dev.tollgate.ingest;

import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_ACCEPTED;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_CONFLICT;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_DUPLICATE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(StoresExtension.class)
class IngestServiceIT {
  private static final Instant NOW = TimeSource.SYSTEM.now();

  @TempDir Path dir;
  private final Stores stores;
  private final String tenant;
  private final ClickHouse clickHouse;
  private Peers peers;
  private Rig rig;
  private IngestService service;

  IngestServiceIT(Stores stores) {
    this.stores = stores;
    this.tenant = stores.tenant() + "-" + Long.toString(TimeSource.SYSTEM.nanoTime(), 36);
    this.clickHouse =
        ClickHouse.connect(
            new dev.tollgate.kernel.clickhouse.ClickHouseSettings(
                stores.clickHouseUrl(),
                stores.database(),
                stores.clickHouseUser(),
                stores.clickHousePassword()));
  }

  @BeforeEach
  void start() throws Exception {
    peers = Peers.start();
    rig = new Rig(stores, peers, dir.resolve("log"));
    service = started(rig.environment());
  }

  @AfterEach
  void stop() {
    service.close();
    peers.close();
    clickHouse.close();
  }

  @Test
  void streamUsage_oneEvent_isPricedStoredAndRolledUp() throws Exception {
    try (var sender = Sender.open(service.grpcPort(), tenant)) {
      assertThat(sender.statuses(Events.event("e1", NOW).build()))
          .containsExactly(EVENT_STATUS_ACCEPTED);
    }

    awaitStored(1);
    assertThat(Rig.rollup(clickHouse, tenant)).isEqualTo(new Rig.Totals(1, Events.COST_PICOS));
    var row =
        clickHouse
            .query(
                "SELECT charge_status, price_book, quota_nanos, input_tokens, team, tags['shift'] AS"
                    + " shift, event_time FROM usage_events WHERE tenant_id = {tenant:String}",
                Map.of("tenant", tenant),
                r ->
                    "%s %s %d %d %s %s %s"
                        .formatted(
                            r.text("charge_status"),
                            r.text("price_book"),
                            r.integer("quota_nanos"),
                            r.integer("input_tokens"),
                            r.text("team"),
                            r.text("shift"),
                            r.instant("event_time")))
            .getFirst();
    assertThat(row)
        .isEqualTo(
            "PRICED default@7 3500000 1000 search night "
                + Instant.ofEpochMilli(NOW.toEpochMilli()));
  }

  @Test
  void streamUsage_resentOverANewConnection_isADuplicateAndChangesNothing() throws Exception {
    var event = Events.event("e1", NOW).build();
    try (var sender = Sender.open(service.grpcPort(), tenant)) {
      sender.ask(event);
    }
    try (var sender = Sender.open(service.grpcPort(), tenant)) {
      assertThat(sender.statuses(event)).containsExactly(EVENT_STATUS_DUPLICATE);
      assertThat(sender.statuses(event.toBuilder().setAttempt(2).build()))
          .containsExactly(EVENT_STATUS_CONFLICT);
      assertThat(sender.statuses(event, Events.event("e2", NOW).build()))
          .containsExactly(EVENT_STATUS_DUPLICATE, EVENT_STATUS_ACCEPTED);
    }
    awaitStored(2);
    assertThat(Rig.raw(clickHouse, tenant)).isEqualTo(new Rig.Totals(2, 2 * Events.COST_PICOS));
  }

  @Test
  void streamUsage_sameEventTwiceInOneRequest_countsOnce() throws Exception {
    var event = Events.event("e1", NOW).build();
    try (var sender = Sender.open(service.grpcPort(), tenant)) {
      assertThat(sender.statuses(event, event, event.toBuilder().setAttempt(3).build()))
          .containsExactly(EVENT_STATUS_ACCEPTED, EVENT_STATUS_DUPLICATE, EVENT_STATUS_CONFLICT);
    }
    awaitStored(1);
  }

  @Test
  void streamUsage_afterRestart_stillKnowsItsEvents() throws Exception {
    var event = Events.event("e1", NOW).build();
    try (var sender = Sender.open(service.grpcPort(), tenant)) {
      sender.ask(event);
    }
    service.close();
    service = started(rig.environment());
    try (var sender = Sender.open(service.grpcPort(), tenant)) {
      assertThat(sender.statuses(event)).containsExactly(EVENT_STATUS_DUPLICATE);
    }
    awaitStored(1);
  }

  @Test
  void streamUsage_logLostButLedgerThere_asksTheLedger() throws Exception {
    var old = Events.event("old", NOW.minus(Duration.ofDays(40))).build();
    var other = Events.event("other", NOW.minus(Duration.ofDays(9))).build();
    try (var sender = Sender.open(service.grpcPort(), tenant)) {
      sender.ask(old, other);
    }
    awaitStored(2);
    service.close();
    rig = new Rig(stores, peers, dir.resolve("another-log"));
    service = started(rig.environment());
    try (var sender = Sender.open(service.grpcPort(), tenant)) {
      assertThat(
              sender.statuses(
                  old,
                  other.toBuilder().setAttempt(2).build(),
                  Events.event("new", NOW.minus(Duration.ofDays(40))).build()))
          .containsExactly(EVENT_STATUS_DUPLICATE, EVENT_STATUS_CONFLICT, EVENT_STATUS_ACCEPTED);
    }
    awaitStored(3);
  }

  @Test
  void settlements_reachTheQuotaInLogOrder_andDuplicatesGiveBack() throws Exception {
    peers.quotaIsAway(true);
    var event = Events.event("e1", NOW).setReservationId("hold-1").build();
    try (var sender = Sender.open(service.grpcPort(), tenant)) {
      assertThat(
              sender.statuses(
                  event,
                  Events.event("e2", NOW).build(),
                  Events.event("e3", NOW).setReservationId("hold-3").clearUsage().build()))
          .as("the quota's absence holds up no acknowledgement")
          .containsOnly(EVENT_STATUS_ACCEPTED);
      assertThat(sender.statuses(event.toBuilder().setReservationId("hold-2").build()))
          .containsExactly(EVENT_STATUS_DUPLICATE);
    }
    peers.quotaIsAway(false);
    Await.until("four settlements", () -> peers.applied(tenant).size() == 4);

    var applied = peers.applied(tenant);
    assertThat(applied)
        .extracting(Settlement::getReservationId)
        .containsExactly("hold-1", "", "hold-3", "hold-2");
    assertThat(applied.get(0).getActual().getCostNanos()).isEqualTo(3_500_000);
    assertThat(applied.get(0).getActual().getTokens()).isEqualTo(1_100);
    assertThat(applied.get(0).getActual().getCurrencyCode()).isEqualTo("USD");
    assertThat(applied.get(1).getDimensions()).isEqualTo(Events.event("e2", NOW).getDimensions());
    assertThat(Timestamps.toMillis(applied.get(1).getCheckTime())).isEqualTo(NOW.toEpochMilli());
    assertThat(applied.get(2).getActual().getUnpriced()).isTrue();
    assertThat(applied.get(3).hasGiveBack()).isTrue();
  }

  @Test
  void close_streamThatNeverHalfCloses_isEndedWithStopping() throws Exception {
    try (var sender = Sender.open(service.grpcPort(), tenant)) {
      sender.ask(Events.event("e1", NOW).build());
      var before = TimeSource.SYSTEM.nanoTime();

      service.close();

      assertThat(Duration.ofNanos(TimeSource.SYSTEM.nanoTime() - before))
          .isLessThan(Duration.ofSeconds(8));
      assertThat(Failures.reason(sender.ended())).isEqualTo("STOPPING");
    }
    assertThat(Rig.raw(clickHouse, tenant).events()).isEqualTo(1);
  }

  private void awaitStored(long events) {
    Await.until(
        events + " events in the ledger", () -> Rig.raw(clickHouse, tenant).events() >= events);
    assertThat(Rig.raw(clickHouse, tenant).events()).isEqualTo(events);
    assertThat(Rig.rollup(clickHouse, tenant)).isEqualTo(Rig.raw(clickHouse, tenant));
  }

  private static IngestService started(Map<String, String> environment) throws Exception {
    var service =
        IngestService.start(
            IngestSettings.from(environment), TimeSource.SYSTEM, new SecureRandom());
    Ready.await(service.grpcPort());
    return service;
  }
}
