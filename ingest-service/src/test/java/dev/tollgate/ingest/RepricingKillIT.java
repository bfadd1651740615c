package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.reprice.TestBook;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.proto.ingest.v1.AttributionRule;
import dev.tollgate.proto.ingest.v1.AttributionServiceGrpc;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.GetRepricingResponse;
import dev.tollgate.proto.ingest.v1.PutAttributionRuleRequest;
import dev.tollgate.proto.ingest.v1.RepricingMode;
import dev.tollgate.proto.ingest.v1.StartRepricingRequest;
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
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Repricings of both modes whose process is killed in the middle, perhaps again and again: they go
/// on, and the ledger ends as if nothing had been.
@ExtendWith(StoresExtension.class)
class RepricingKillIT {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final int HOURS = 100;
  private static final int EVENTS_PER_HOUR = 10;
  private static final long EVENTS = HOURS * EVENTS_PER_HOUR;

  /// Those that name no team: four of ten.
  private static final long LOST = EVENTS * 4 / 10;

  /// 1,000 input and 100 output tokens at a cent per million, in picos.
  private static final long CENT_PICOS = 1_100L * 10_000;

  private final Stores stores;
  @TempDir Path dir;

  RepricingKillIT(Stores stores) {
    this.stores = stores;
  }

  /// A number of entries, and what they add up to.
  private record Sum(long entries, long picos) {
    static Sum of(long events, long cents) {
      return new Sum(events, events * cents * CENT_PICOS);
    }

    Sum plus(Sum other) {
      return new Sum(entries + other.entries, picos + other.picos);
    }

    Sum negated() {
      return new Sum(-entries, -picos);
    }
  }

  @Test
  void repricing_killedInTheMiddle_goesOnAndEndsAsIfItHadNotBeen() throws Exception {
    try (var peers = Peers.start();
        var clickHouse = new Rig(stores, peers, dir).clickHouse()) {
      Seeds.check(
          "kill -9 of a repricing",
          1,
          10,
          (seed, random) -> check(stores.tenant() + "-" + seed, peers, clickHouse, random));
    }
  }

  private void check(String tenant, Peers peers, ClickHouse clickHouse, RandomGenerator random)
      throws Exception {
    var home = Files.createDirectories(dir.resolve(tenant));
    var rig = new Rig(stores, peers, home.resolve("log"));
    peers.publish(book(10, 100));
    try (var lives =
        new Lives(clickHouse, environment(rig), home.resolve("out.txt"), tenant, random)) {
      send(lives.child.port(), tenant);
      put(lives.child.port(), tenant);
      Await.until("stored", () -> Rig.raw(clickHouse, tenant).events() == EVENTS);
      var expected = new TreeMap<String, Sum>();
      expected.put("CHARGE ", Sum.of(LOST, 100));
      expected.put("CHARGE search", Sum.of(EVENTS - LOST, 100));
      assertLedger(clickHouse, tenant, expected);

      peers.publish(book(11, 300));
      lives.next();
      assertPrices(lives.killed(request("prices"), 2 * EVENTS));
      expected.put("REVERSAL ", Sum.of(LOST, 100));
      expected.put("REVERSAL search", Sum.of(EVENTS - LOST, 100));
      expected.put("ADJUST ", Sum.of(LOST, 300));
      expected.put("ADJUST search", Sum.of(EVENTS - LOST, 300));
      assertLedger(clickHouse, tenant, expected);

      assertMoves(lives.killed(attribution("teams"), 2 * LOST));
      expected.merge("REVERSAL ", Sum.of(LOST, 300), Sum::plus);
      expected.put("ADJUST growth", Sum.of(LOST, 300));
      assertLedger(clickHouse, tenant, expected);

      for (var again : List.of(request("prices-again"), attribution("teams-again"))) {
        var done = lives.operator.run(again).getRepricing();
        assertThat(done.getProgress().getRowsAppended()).isZero();
      }
      assertLedger(clickHouse, tenant, expected);
    }
  }

  private static void assertPrices(GetRepricingResponse done) {
    var repricing = done.getRepricing();
    assertThat(repricing.getProgress().getEventsRepriced()).isEqualTo(EVENTS);
    assertThat(repricing.getProgress().getRowsAppended()).isEqualTo(2 * EVENTS);
    assertThat(repricing.getTotalDeltas(0).getAmount()).isEqualTo("2.200000000000");
  }

  private static void assertMoves(GetRepricingResponse done) {
    var progress = done.getRepricing().getProgress();
    assertThat(progress.getEventsReattributed()).isEqualTo(LOST);
    assertThat(progress.getRowsAppended()).isEqualTo(2 * LOST);
    assertThat(done.getMovesList()).hasSize(1);
    assertThat(done.getMoves(0).getNewValue()).isEqualTo("growth");
    assertThat(done.getMoves(0).getEvents()).isEqualTo(LOST);
    assertThat(done.getMoves(0).getCost().getAmount()).isEqualTo("1.320000000000");
  }

  private static StartRepricingRequest request(String id) {
    return RepricingRig.request(id, START, START.plus(Duration.ofHours(HOURS))).build();
  }

  private static StartRepricingRequest attribution(String id) {
    return request(id).toBuilder().setMode(RepricingMode.REPRICING_MODE_ATTRIBUTION).build();
  }

  /// As usual, but with small slices: there are few events here.
  private static Map<String, String> environment(Rig rig) {
    var variables = new HashMap<>(rig.environment());
    variables.put("TOLLGATE_INGEST_REPRICING_SLICE_EVENTS", "10");
    return variables;
  }

  /// The rule by which the lost ones are attributed later on.
  private static void put(int port, String tenant) {
    var rule =
        AttributionRule.newBuilder()
            .setRuleId("lost")
            .putConditions("api_key", "lost")
            .putSets("team", "growth");
    try (var peer = RepricingRig.peer(port, Rig.OPERATOR_KEY)) {
      var _ =
          AttributionServiceGrpc.newBlockingStub(peer.channel(tenant))
              .putAttributionRule(PutAttributionRuleRequest.newBuilder().setRule(rule).build());
    }
  }

  private static void send(int port, String tenant) throws Exception {
    try (var sender = Sender.open(port, tenant)) {
      for (int hour = 0; hour < HOURS; hour++) {
        var events = new ArrayList<UsageEvent>();
        for (int i = 0; i < EVENTS_PER_HOUR; i++) {
          var time = START.plus(Duration.ofHours(hour)).plusSeconds(i);
          var event = Events.event("e" + hour + "-" + i, time);
          if (i < LOST / HOURS) {
            event.getDimensionsBuilder().setApiKey("lost").clearTeam();
          }
          events.add(event.build());
        }
        assertThat(sender.statuses(events.toArray(UsageEvent[]::new)))
            .containsOnly(EventStatus.EVENT_STATUS_ACCEPTED);
      }
    }
  }

  /// That there are just these entries, none of them twice, and that the rollup says of each team
  /// what they add up to.
  ///
  /// @param expected by kind and team
  private static void assertLedger(
      ClickHouse clickHouse, String tenant, Map<String, Sum> expected) {
    assertThat(
            sums(
                clickHouse,
                tenant,
                "SELECT concat(entry_kind, ' ', team) AS name, count() AS entries,"
                    + " toInt64(sum(cost_picos)) AS picos FROM usage_events"))
        .isEqualTo(expected);
    assertThat(
            sums(
                clickHouse,
                tenant,
                "SELECT '' AS name, uniqExact(event_id, entry_seq) AS entries,"
                    + " toInt64(sum(cost_picos)) AS picos FROM usage_events"))
        .isEqualTo(Map.of("", expected.values().stream().reduce(Sum::plus).orElseThrow()));
    assertThat(
            sums(
                clickHouse,
                tenant,
                "SELECT team AS name, toInt64(sum(events)) AS entries,"
                    + " toInt64(sum(cost_picos)) AS picos FROM usage_rollup"))
        .isEqualTo(byTeam(expected));
  }

  private static Map<String, Sum> byTeam(Map<String, Sum> entries) {
    var teams = new TreeMap<String, Sum>();
    entries.forEach((name, sum) -> {
      var parts = name.split(" ", 2);
      var signed = parts[0].equals("REVERSAL") ? sum.negated() : sum;
      teams.merge(parts[1], signed, Sum::plus);
    });
    return teams;
  }

  private static Map<String, Sum> sums(ClickHouse clickHouse, String tenant, String select) {
    return clickHouse
        .query(
            select + " WHERE tenant_id = {tenant:String} GROUP BY name",
            Map.of("tenant", tenant),
            row ->
                Map.entry(row.text("name"), new Sum(row.integer("entries"), row.integer("picos"))))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static PriceBook book(int version, int cents) {
    return new TestBook(version, "USD").model("gpt-4o", cents, START, cents).book();
  }

  /// ingest-service of one log, in one process after the other.
  private static final class Lives implements AutoCloseable {
    private final ClickHouse clickHouse;
    private final Map<String, String> environment;
    private final Path output;
    private final String tenant;
    private final RandomGenerator random;
    private Child child;
    private RepricingRig operator;

    Lives(
        ClickHouse clickHouse,
        Map<String, String> environment,
        Path output,
        String tenant,
        RandomGenerator random)
        throws Exception {
      this.clickHouse = clickHouse;
      this.environment = environment;
      this.output = output;
      this.tenant = tenant;
      this.random = random;
      this.child = Child.start(environment, output);
      this.operator = RepricingRig.of(child.port(), tenant);
    }

    /// Kills the process and starts another.
    void next() throws Exception {
      kill();
      start();
    }

    private void kill() throws Exception {
      operator.close();
      child.kill();
    }

    private void start() throws Exception {
      child = Child.start(environment, output);
      operator = RepricingRig.of(child.port(), tenant);
    }

    /// Starts the repricing, kills its process at random points, and lets the last one end it.
    ///
    /// @param rows how many it appends
    GetRepricingResponse killed(StartRepricingRequest request, long rows) throws Exception {
      var whole = entries() + rows;
      var _ = operator.stub().startRepricing(request);
      var kills = Seeds.count(1, 3);
      for (int kill = 0; kill < kills; kill++) {
        var killAt = (rows * kill + random.nextLong(rows / 2)) / kills + 1;
        Await.until("under way", () -> appended(request) >= killAt);
        kill();
        assertThat(entries()).as("entries at the kill").isLessThan(whole);
        start();
        System.out.printf("[kill] %s at %d of %d rows%n", request.getRequestId(), killAt, rows);
      }
      return operator.done(request.getRequestId());
    }

    private long entries() {
      var all = "SELECT '' AS name, count() AS entries, toInt64(0) AS picos FROM usage_events";
      return sums(clickHouse, tenant, all).getOrDefault("", Sum.of(0, 0)).entries();
    }

    private long appended(StartRepricingRequest request) {
      var repricing = operator.get(request.getRequestId());
      assertThat(RepricingRig.hasEnded(repricing)).as("too late for a kill").isFalse();
      return repricing.getRepricing().getProgress().getRowsAppended();
    }

    @Override
    public void close() {
      operator.close();
      child.close();
    }
  }
}
