package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.proto.ingest.v1.BackfillResult;
import dev.tollgate.proto.ingest.v1.BackfillUsageRequest;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.RecordUsageRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.pricing.v1.ChargeStatus;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// History, which counts in costs and in no budget.
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackfillUsageIT {
  private static final Instant OLD = Instant.parse("2021-03-04T05:06:07.089Z");

  private final Peers peers;
  private final ClickHouse clickHouse;
  private final IngestService service;
  private final Peer operator;

  BackfillUsageIT(Stores stores, @TempDir Path dir) throws Exception {
    peers = Peers.start();
    var rig = new Rig(stores, peers, dir.resolve("log"));
    clickHouse = rig.clickHouse();
    service =
        IngestService.start(
            IngestSettings.from(rig.environment()), TimeSource.SYSTEM, new SecureRandom());
    operator = RepricingRig.peer(service.grpcPort(), Rig.OPERATOR_KEY);
  }

  @BeforeAll
  void awaitReady() {
    Ready.await(service.grpcPort());
  }

  @AfterAll
  void stop() throws Exception {
    operator.close();
    service.close();
    peers.close();
    clickHouse.close();
  }

  @Test
  void history_sentTwice_countsOnceWithItsCostAndDebitsNothing() {
    var events = List.of(Events.event("a", OLD), Events.event("b", OLD.plusSeconds(86_400)));

    var first = backfill("twice", false, events);
    var second = backfill("twice", false, events);

    assertThat(statuses(first)).containsOnly(EventStatus.EVENT_STATUS_ACCEPTED);
    assertThat(statuses(second)).containsOnly(EventStatus.EVENT_STATUS_DUPLICATE);
    assertThat(first)
        .extracting(result -> result.getCost().getAmount())
        .containsOnly("0.003500000000");
    assertThat(second).extracting(BackfillResult::getCost).isEqualTo(costs(first));
    Await.until("stored", () -> Rig.rollup(clickHouse, "twice").events() >= 2);
    assertThat(Rig.rollup(clickHouse, "twice")).isEqualTo(new Rig.Totals(2, 2 * Events.COST_PICOS));
    assertThat(marks("twice")).containsExactly("a 1", "b 1");

    live("twice", Events.event("c", TimeSource.SYSTEM.now()));
    Await.until("settled", () -> !peers.applied("twice").isEmpty());
    assertThat(peers.applied("twice")).as("only what is not history").hasSize(1);
    Await.until("stored", () -> marks("twice").contains("c 0"));
  }

  private static List<?> costs(List<BackfillResult> results) {
    return results.stream().map(BackfillResult::getCost).toList();
  }

  @Test
  void history_withMistakes_hasAResultEach() {
    var results =
        backfill(
            "mistakes",
            false,
            List.of(
                Events.event("held", OLD).setReservationId("r-1"),
                Events.event("ancient", Instant.parse("2019-12-31T23:59:59Z")),
                unknown(Events.event("unknown", OLD)),
                Events.event("good", OLD)));

    assertThat(statuses(results))
        .containsExactly(
            EventStatus.EVENT_STATUS_INVALID,
            EventStatus.EVENT_STATUS_INVALID,
            EventStatus.EVENT_STATUS_ACCEPTED,
            EventStatus.EVENT_STATUS_ACCEPTED);
    assertThat(results.getFirst().getResult().getViolations(0).getDescription())
        .isEqualTo("\"r-1\" (expected: empty: history settles nothing)");
    assertThat(results.get(1).getResult().getViolations(0).getField()).isEqualTo("event_time");
    assertThat(results.get(2).hasCost()).isFalse();
    assertThat(results.get(2).getChargeStatus())
        .isEqualTo(ChargeStatus.CHARGE_STATUS_UNPRICED_MODEL);
  }

  private static UsageEvent.Builder unknown(UsageEvent.Builder event) {
    event.getDimensionsBuilder().setModel("nobody-knows");
    return event;
  }

  @Test
  void validateOnly_saysWhatWouldBeAndRecordsNothing() {
    var dry =
        backfill(
            "dry", true, List.of(Events.event("a", OLD), Events.event("b", OLD).clearEventTime()));

    assertThat(statuses(dry))
        .containsExactly(EventStatus.EVENT_STATUS_ACCEPTED, EventStatus.EVENT_STATUS_INVALID);
    assertThat(dry.getFirst().getCost().getAmount()).isEqualTo("0.003500000000");
    assertThat(statuses(backfill("dry", false, List.of(Events.event("a", OLD)))))
        .as("it was not there")
        .containsExactly(EventStatus.EVENT_STATUS_ACCEPTED);
    Await.until("stored", () -> Rig.raw(clickHouse, "dry").events() == 1);
  }

  private List<BackfillResult> backfill(
      String tenant, boolean validateOnly, List<UsageEvent.Builder> events) {
    return IngestServiceGrpc.newBlockingStub(operator.channel(tenant))
        .backfillUsage(
            BackfillUsageRequest.newBuilder()
                .addAllEvents(events.stream().map(UsageEvent.Builder::build).toList())
                .setValidateOnly(validateOnly)
                .build())
        .getResultsList();
  }

  private void live(String tenant, UsageEvent.Builder event) {
    var _ =
        IngestServiceGrpc.newBlockingStub(operator.channel(tenant))
            .recordUsage(RecordUsageRequest.newBuilder().addEvents(event).build());
  }

  private static List<EventStatus> statuses(List<BackfillResult> results) {
    return results.stream().map(each -> each.getResult().getStatus()).toList();
  }

  private List<String> marks(String tenant) {
    return clickHouse.query(
        "SELECT concat(event_id, ' ', toString(backfilled)) AS mark FROM usage_events"
            + " WHERE tenant_id = {tenant:String} ORDER BY event_id",
        Map.of("tenant", tenant),
        row -> row.text("mark"));
  }
}
