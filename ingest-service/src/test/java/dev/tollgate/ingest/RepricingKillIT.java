package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.reprice.TestBook;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(StoresExtension.class)
class RepricingKillIT {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final int HOURS = 100;
  private static final int EVENTS_PER_HOUR = 10;
  private static final long EVENTS = HOURS * EVENTS_PER_HOUR;

  /// 1,000 input and 100 output tokens at a cent per million, in picos.
  private static final long CENT_PICOS = 1_100L * 10_000;

  private final Stores stores;
  @TempDir Path dir;

  RepricingKillIT(Stores stores) {
    this.stores = stores;
  }

  @Test
  void repricing_killedInTheMiddle_goesOnAndEndsAsIfItHadNotBeen() throws Exception {
    try (var peers = Peers.start();
        var clickHouse = new Rig(stores, peers, dir).clickHouse()) {
      Seeds.check(
          "kill -9 of a repricing",
          1,
          10,
          (seed, random) -> killOnce(stores.tenant() + "-" + seed, peers, clickHouse, random));
    }
  }

  private void killOnce(String tenant, Peers peers, ClickHouse clickHouse, RandomGenerator random)
      throws Exception {
    var home = Files.createDirectories(dir.resolve(tenant));
    var rig = new Rig(stores, peers, home.resolve("log"));
    var request = RepricingRig.request("big", START, START.plus(Duration.ofHours(HOURS))).build();
    peers.publish(book(10, 100));
    try (var child = Child.start(environment(rig), home.resolve("out.txt"))) {
      send(child, tenant);
      Await.until("stored", () -> Rig.raw(clickHouse, tenant).events() == EVENTS);
    }
    peers.publish(book(11, 300));
    var killAt = 100 + random.nextInt(1_000);
    try (var child = Child.start(environment(rig), home.resolve("out.txt"));
        var operator = RepricingRig.of(child.port(), tenant)) {
      var _ = operator.stub().startRepricing(request);
      Await.until("under way", () -> rowsAppended(operator) >= killAt);
      child.kill();
    }
    var atKill = entries(clickHouse, tenant);
    System.out.printf("[kill] %d of %d entries at the kill%n", atKill, 3 * EVENTS);
    assertThat(atKill).isLessThan(3 * EVENTS);

    try (var child = Child.start(environment(rig), home.resolve("out.txt"));
        var operator = RepricingRig.of(child.port(), tenant)) {
      var done = operator.done("big").getRepricing();
      assertThat(done.getProgress().getEventsRepriced()).isEqualTo(EVENTS);
      assertThat(done.getProgress().getRowsAppended()).isEqualTo(2 * EVENTS);
      assertThat(done.getTotalDeltas(0).getAmount()).isEqualTo("2.200000000000");
      assertAllAt(clickHouse, tenant, 300);
      var again = operator.run(request.toBuilder().setRequestId("again").build());
      assertThat(again.getRepricing().getProgress().getRowsAppended()).isZero();
      assertAllAt(clickHouse, tenant, 300);
    }
  }

  /// As usual, but with small slices: there are few events here.
  private static Map<String, String> environment(Rig rig) {
    var variables = new HashMap<>(rig.environment());
    variables.put("TOLLGATE_INGEST_REPRICING_SLICE_EVENTS", "10");
    return variables;
  }

  private static long rowsAppended(RepricingRig operator) {
    var repricing = operator.get("big");
    assertThat(RepricingRig.hasEnded(repricing)).as("too late for a kill").isFalse();
    return repricing.getRepricing().getProgress().getRowsAppended();
  }

  private static void send(Child child, String tenant) throws Exception {
    try (var sender = Sender.open(child.port(), tenant)) {
      for (int hour = 0; hour < HOURS; hour++) {
        var events = new ArrayList<UsageEvent>();
        for (int i = 0; i < EVENTS_PER_HOUR; i++) {
          var time = START.plus(Duration.ofHours(hour)).plusSeconds(i);
          events.add(Events.event("e" + hour + "-" + i, time).build());
        }
        assertThat(sender.statuses(events.toArray(UsageEvent[]::new)))
            .containsOnly(EventStatus.EVENT_STATUS_ACCEPTED);
      }
    }
  }

  /// Every event has just the three entries that it ought to have, and raw and rollup add up.
  private static void assertAllAt(ClickHouse clickHouse, String tenant, long cents) {
    assertThat(entries(clickHouse, tenant)).isEqualTo(3 * EVENTS);
    assertThat(
            query(
                clickHouse,
                tenant,
                "SELECT uniqExact(event_id, entry_seq) AS value FROM usage_events"
                    + " WHERE tenant_id = {tenant:String} AND entry_seq <= 2"))
        .isEqualTo(3 * EVENTS);
    var expected = List.of(EVENTS, EVENTS * CENT_PICOS * cents);
    assertThat(
            List.of(
                query(clickHouse, tenant, raw("sum(sign)")),
                query(clickHouse, tenant, raw("sum(cost_picos * sign)"))))
        .isEqualTo(expected);
    assertThat(
            List.of(
                query(clickHouse, tenant, rollup("sum(events)")),
                query(clickHouse, tenant, rollup("sum(cost_picos)"))))
        .isEqualTo(expected);
  }

  private static long entries(ClickHouse clickHouse, String tenant) {
    return query(clickHouse, tenant, raw("count()"));
  }

  private static String raw(String measure) {
    return "SELECT toInt64(%s) AS value FROM usage_events WHERE tenant_id = {tenant:String}"
        .formatted(measure);
  }

  private static String rollup(String measure) {
    return "SELECT toInt64(%s) AS value FROM usage_rollup WHERE tenant_id = {tenant:String}"
        .formatted(measure);
  }

  private static long query(ClickHouse clickHouse, String tenant, String sql) {
    return clickHouse.query(sql, Map.of("tenant", tenant), row -> row.integer("value")).getFirst();
  }

  private static PriceBook book(int version, int cents) {
    return new TestBook(version, "USD").model("gpt-4o", cents, START, cents).book();
  }
}
