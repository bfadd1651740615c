package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.reprice.TestBook;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.proto.ingest.v1.CancelRepricingRequest;
import dev.tollgate.proto.ingest.v1.ClosePeriodRequest;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.GetRepricingRequest;
import dev.tollgate.proto.ingest.v1.GetRepricingResponse;
import dev.tollgate.proto.ingest.v1.RepricingDelta;
import dev.tollgate.proto.ingest.v1.RepricingServiceGrpc;
import dev.tollgate.proto.ingest.v1.RepricingServiceGrpc.RepricingServiceBlockingStub;
import dev.tollgate.proto.ingest.v1.RepricingState;
import dev.tollgate.proto.ingest.v1.StartRepricingRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Repricing through the whole service: from the RPC to raw rows and rollup.
@ExtendWith(StoresExtension.class)
class RepricingIT {
  private static final Instant MONTH = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant NEXT_MONTH = Instant.parse("2026-09-01T00:00:00Z");
  private static final Instant MIDDLE = Instant.parse("2026-08-16T00:00:00Z");
  private static final int DAYS = 31;

  /// 1,000 input and 100 output tokens at a cent per million, in picos.
  private static final long CENT_PICOS = 1_100L * 10_000;

  @TempDir Path dir;
  private final Stores stores;
  private final String tenant;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Peers peers;
  private ClickHouse clickHouse;
  private IngestService service;
  private RepricingRig operator;

  RepricingIT(Stores stores) {
    this.stores = stores;
    this.tenant = stores.tenant() + "-" + Long.toString(TimeSource.SYSTEM.nanoTime(), 36);
  }

  @BeforeEach
  void start() throws Exception {
    peers = Peers.start();
    peers.publish(book(1, MIDDLE, 100, 300));
    var rig = new Rig(stores, peers, dir.resolve("log"));
    clickHouse = rig.clickHouse();
    service =
        IngestService.start(
            IngestSettings.from(rig.environment()), TimeSource.SYSTEM, new SecureRandom());
    Ready.await(service.grpcPort());
    operator = RepricingRig.of(service.grpcPort(), tenant);
    opened.addAll(List.of(operator, service, peers, clickHouse));
  }

  @AfterEach
  void stop() throws Exception {
    for (var each : opened) {
      each.close();
    }
  }

  @Test
  void repricing_changeMovedWithinTheMonth_givesTheDeltaOfARecomputation() throws Exception {
    sendOneADay("gpt-4o");
    assertTotals(DAYS, CENT_PICOS * (15 * 100 + 16 * 300));
    publish(book(2, Instant.parse("2026-08-11T00:00:00Z"), 100, 300));

    var dry = operator.run(month("dry").setDryRun(true).build());
    assertTotals(DAYS, CENT_PICOS * (15 * 100 + 16 * 300));
    Await.until("every charge is settled", () -> peers.applied(tenant).size() == DAYS);
    var real = operator.run(month("real").build());

    assertTotals(DAYS, CENT_PICOS * (10 * 100 + 21 * 300));
    assertThat(real.getRepricing().getTotalDeltas(0).getAmount()).isEqualTo("0.011000000000");
    assertThat(real.getDeltasList()).isEqualTo(dry.getDeltasList());
    assertThat(real.getDeltasList())
        .extracting(RepricingDelta::getDate)
        .containsExactly("2026-08-11", "2026-08-12", "2026-08-13", "2026-08-14", "2026-08-15");
    assertThat(real.getDeltas(0).getDelta().getAmount()).isEqualTo("0.002200000000");
    assertThat(real.getDeltas(0).getTenantId()).isEqualTo(tenant);
    assertThat(real.getDeltas(0).getModel()).isEqualTo("gpt-4o");
    assertProgress(real, DAYS, 5, 10);
    assertProgress(dry, DAYS, 5, 0);
    assertThat(real.getRepricing().getPriceBook()).isEqualTo("default@2");
    assertThat(peers.applied(tenant)).as("no budget moves").hasSize(DAYS);
  }

  @Test
  void repricing_again_changesNothing() throws Exception {
    sendOneADay("gpt-4o");
    var same = operator.run(month("same").build());
    assertThat(same.getDeltasList()).as("the same book").isEmpty();
    publish(book(2, MONTH, 100, 300));
    var _ = operator.run(month("first").build());
    var entries = entries();

    var second = operator.run(month("second").build());

    assertThat(second.getDeltasList()).isEmpty();
    assertProgress(second, DAYS, 0, 0);
    assertThat(entries()).isEqualTo(entries).hasSize(DAYS + 2 * 15);
    assertTotals(DAYS, CENT_PICOS * DAYS * 300);
  }

  @Test
  void unknownModel_publishedLater_isFilledIn() throws Exception {
    sendOneADay("brand-new");
    assertThat(unpriced("usage_rollup", "sum(unpriced_events)")).isEqualTo(DAYS);
    assertThat(
            unpriced(
                "usage_events",
                "countIf(charge_status = 'UNPRICED_MODEL' AND cost_picos = 0 AND input_tokens ="
                    + " 1000 AND output_tokens = 100)"))
        .isEqualTo(DAYS);
    assertTotals(DAYS, 0);
    publish(
        new TestBook(2, "USD")
            .model("gpt-4o", 100, MIDDLE, 300)
            .model("brand-new", 5, MIDDLE, 7)
            .book());

    var real = operator.run(month("fill").setProvider("openai").setModelPattern("brand*").build());

    assertThat(real.getRepricing().getProgress().getEventsNewlyPriced()).isEqualTo(DAYS);
    assertThat(unpriced("usage_rollup", "sum(unpriced_events)")).isZero();
    assertThat(unpriced("usage_rollup", "sum(input_tokens)")).isEqualTo(1_000 * DAYS);
    assertTotals(DAYS, CENT_PICOS * (15 * 5 + 16 * 7));
  }

  @Test
  void repricing_closedPeriod_getsItsDeltaInTheOpenOne() throws Exception {
    sendOneADay("gpt-4o");
    var _ =
        operator
            .stub()
            .closePeriod(
                ClosePeriodRequest.newBuilder().setEndTime(Events.timestamp(MIDDLE)).build());
    publish(book(2, MONTH, 100, 300));

    var real = operator.run(month("late").build());

    var closed = Map.<String, Object>of("tenant", tenant, "end", MIDDLE);
    var asBilled =
        "SELECT toInt64(sum(cost_picos)) AS value FROM usage_rollup"
            + " WHERE tenant_id = {tenant:String} AND slot < {end:DateTime('UTC')}";
    assertThat(clickHouse.query(asBilled, closed, row -> row.integer("value")))
        .containsExactly(CENT_PICOS * 15 * 100);
    assertTotals(DAYS, CENT_PICOS * DAYS * 300);
    assertThat(real.getDeltas(0).getDate()).isEqualTo("2026-08-01");
    assertProgress(real, DAYS, 15, 30);

    publish(book(3, MONTH, 100, 200));
    var again = operator.run(month("later").build());
    assertTotals(DAYS, CENT_PICOS * DAYS * 200);
    assertProgress(again, DAYS, DAYS, 2 * DAYS);
    assertThat(clickHouse.query(asBilled, closed, row -> row.integer("value")))
        .containsExactly(CENT_PICOS * 15 * 100);
  }

  @Test
  void repricing_allTenants_reachesEveryone() throws Exception {
    sendOneADay("gpt-4o");
    publish(book(2, MONTH, 100, 300));
    try (var peer = RepricingRig.peer(service.grpcPort(), Rig.OPERATOR_KEY)) {
      var stub = RepricingServiceGrpc.newBlockingStub(peer.channel());
      var id = "all-" + tenant.substring(tenant.lastIndexOf('-') + 1);
      var _ = stub.startRepricing(month(id).setAllTenants(true).build());
      Await.until("ended", () -> isDone(stub, id));
      assertTotals(DAYS, CENT_PICOS * DAYS * 300);
      assertThat(
              clickHouse.query(
                  "SELECT DISTINCT repricing_id AS id FROM usage_events WHERE tenant_id ="
                      + " {tenant:String} AND entry_seq > 0",
                  Map.of("tenant", tenant),
                  row -> row.text("id")))
          .containsExactly("all/" + id);
    }
  }

  @Test
  void cancel_anotherServerHasTheTurn_endsWhatWaits() throws Exception {
    var turn = ControlTable.open(clickHouse, "repricing_turn");
    var version = turn.read("", "turn").map(entry -> entry.version()).orElse(0L);
    var _ = turn.append("", "turn", version, "\"another-log\"", "test");
    try {
      var _ = operator.stub().startRepricing(month("waits").build());
      var _ = operator.run(month("aside").setDryRun(true).build());
      assertThat(operator.get("waits").getRepricing().getState())
          .isEqualTo(RepricingState.REPRICING_STATE_PENDING);
      var cancelled =
          operator
              .stub()
              .cancelRepricing(CancelRepricingRequest.newBuilder().setRepricingId("waits").build());
      assertThat(cancelled.getRepricing().getState())
          .isEqualTo(RepricingState.REPRICING_STATE_CANCELLED);
    } finally {
      var _ = turn.append("", "turn", version + 1, "\"\"", "test");
    }
  }

  private static boolean isDone(RepricingServiceBlockingStub stub, String id) {
    return stub.getRepricing(GetRepricingRequest.newBuilder().setRepricingId(id).build())
            .getRepricing()
            .getState()
        == RepricingState.REPRICING_STATE_DONE;
  }

  private static PriceBook book(int version, Instant change, int before, int after) {
    return new TestBook(version, "USD").model("gpt-4o", before, change, after).book();
  }

  /// Publishes, and waits until new events are priced so.
  private void publish(PriceBook book) throws Exception {
    peers.publish(book);
    var probe = tenant + "-probe";
    var number = new int[1];
    try (var sender = Sender.open(service.grpcPort(), probe)) {
      Await.until(
          "the book is in use",
          () -> {
            try {
              var _ = sender.ask(Events.event("p" + number[0]++ + book.ref(), MONTH).build());
            } catch (Exception failure) {
              throw new AssertionError(failure);
            }
            return clickHouse
                    .query(
                        "SELECT count() AS value FROM usage_events WHERE tenant_id ="
                            + " {tenant:String} AND price_book = {book:String}",
                        Map.of("tenant", probe, "book", book.ref()),
                        row -> row.integer("value"))
                    .getFirst()
                > 0;
          });
    }
  }

  private void sendOneADay(String model) throws Exception {
    var events = new ArrayList<UsageEvent>();
    for (int day = 0; day < DAYS; day++) {
      var event = Events.event("e" + day, MONTH.plus(Duration.ofDays(day)));
      event.getDimensionsBuilder().setModel(model);
      events.add(event.build());
    }
    try (var sender = Sender.open(service.grpcPort(), tenant)) {
      assertThat(sender.statuses(events.toArray(UsageEvent[]::new)))
          .containsOnly(EventStatus.EVENT_STATUS_ACCEPTED);
    }
    Await.until("stored", () -> Rig.raw(clickHouse, tenant).events() == DAYS);
  }

  private static StartRepricingRequest.Builder month(String id) {
    return RepricingRig.request(id, MONTH, NEXT_MONTH);
  }

  private void assertTotals(long events, long picos) {
    assertThat(total("usage_events", "sum(sign)")).isEqualTo(events);
    assertThat(total("usage_events", "sum(cost_picos * sign)")).isEqualTo(picos);
    assertThat(total("usage_rollup", "sum(events)")).isEqualTo(events);
    assertThat(total("usage_rollup", "sum(cost_picos)")).isEqualTo(picos);
  }

  private long unpriced(String table, String measure) {
    return total(table, measure);
  }

  private long total(String table, String measure) {
    return clickHouse
        .query(
            "SELECT toInt64(%s) AS value FROM %s WHERE tenant_id = {tenant:String}"
                .formatted(measure, table),
            Map.of("tenant", tenant),
            row -> row.integer("value"))
        .getFirst();
  }

  private List<String> entries() {
    return clickHouse.query(
        "SELECT concat(event_id, '/', toString(entry_seq)) AS entry FROM usage_events"
            + " WHERE tenant_id = {tenant:String} ORDER BY entry",
        Map.of("tenant", tenant),
        row -> row.text("entry"));
  }

  private static void assertProgress(
      GetRepricingResponse response, long read, long repriced, long rows) {
    var progress = response.getRepricing().getProgress();
    assertThat(progress.getEventsTotal()).isEqualTo(read);
    assertThat(progress.getEventsRead()).isEqualTo(read);
    assertThat(progress.getEventsRepriced()).isEqualTo(repriced);
    assertThat(progress.getRowsAppended()).isEqualTo(rows);
  }
}
