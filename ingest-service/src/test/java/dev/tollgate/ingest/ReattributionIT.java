package dev.tollgate.ingest;

import static dev.tollgate.proto.ingest.v1.AckLevel.ACK_LEVEL_STORED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.reprice.TestBook;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.proto.ingest.v1.AttributionMove;
import dev.tollgate.proto.ingest.v1.AttributionRule;
import dev.tollgate.proto.ingest.v1.AttributionServiceGrpc;
import dev.tollgate.proto.ingest.v1.ClosePeriodRequest;
import dev.tollgate.proto.ingest.v1.DeleteAttributionRuleRequest;
import dev.tollgate.proto.ingest.v1.EraseUserRequest;
import dev.tollgate.proto.ingest.v1.GetRepricingResponse;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.PutAttributionRuleRequest;
import dev.tollgate.proto.ingest.v1.RecordUsageRequest;
import dev.tollgate.proto.ingest.v1.RepricingMode;
import dev.tollgate.proto.ingest.v1.StartRepricingRequest;
import dev.tollgate.proto.ingest.v1.UserServiceGrpc;
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
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Attributing the past anew through the whole service: from the RPC to raw rows and rollup.
@ExtendWith(StoresExtension.class)
class ReattributionIT {
  private static final Instant MONTH = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant NEXT_MONTH = Instant.parse("2026-09-01T00:00:00Z");
  private static final Instant MIDDLE = Instant.parse("2026-08-16T00:00:00Z");
  private static final long DAYS = 31;

  @TempDir Path dir;
  private final Stores stores;
  private final String tenant;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Peers peers;
  private ClickHouse clickHouse;
  private RepricingRig operator;
  private Peer peer;

  ReattributionIT(Stores stores) {
    this.stores = stores;
    this.tenant = stores.tenant() + "-" + Long.toString(TimeSource.SYSTEM.nanoTime(), 36);
  }

  @BeforeEach
  void start() throws Exception {
    peers = Peers.start();
    var rig = new Rig(stores, peers, dir.resolve("log"));
    clickHouse = rig.clickHouse();
    var service =
        IngestService.start(
            IngestSettings.from(rig.environment()), TimeSource.SYSTEM, new SecureRandom());
    Ready.await(service.grpcPort());
    operator = RepricingRig.of(service.grpcPort(), tenant);
    peer = RepricingRig.peer(service.grpcPort(), Rig.OPERATOR_KEY);
    opened.addAll(List.of(peer, operator, service, peers, clickHouse));
  }

  @AfterEach
  void stop() throws Exception {
    for (var each : opened) {
      each.close();
    }
  }

  /* Each day a call of a key that no rule knows, one that a rule knows, one that says its team. */
  private void sendThreeADay(String who) {
    var request = RecordUsageRequest.newBuilder().setAckLevel(ACK_LEVEL_STORED);
    for (int day = 0; day < DAYS; day++) {
      for (var key : List.of("lost", "known", "stated")) {
        var event = Events.event(key + day, MONTH.plus(Duration.ofDays(day)));
        event.getDimensionsBuilder().setApiKey(key).setUser("alice");
        if (!key.equals("stated")) {
          event.getDimensionsBuilder().clearTeam();
        }
        request.addEvents(event);
      }
    }
    var _ = IngestServiceGrpc.newBlockingStub(peer.channel(who)).recordUsage(request.build());
  }

  @Test
  void reattribution_rulesChanged_movesCostsAndNoTotal() {
    put(rule("one", "known").putSets("team", "growth"));
    sendThreeADay(tenant);
    sendThreeADay(tenant + "-other");
    Await.until("every charge is settled", () -> peers.applied(tenant).size() == 3 * DAYS);
    var before = totals();
    assertThat(byTeam()).isEqualTo(Map.of("", DAYS, "growth", DAYS, "search", DAYS));

    put(rule("one", "known").putSets("team", "platform").setVersion(1));
    put(rule("two", "*").putSets("team", "rest").setRank(9));
    var dry = operator.run(month("dry").setDryRun(true).build());
    assertThat(byTeam()).isEqualTo(Map.of("", DAYS, "growth", DAYS, "search", DAYS));
    var real = operator.run(month("real").build());

    assertThat(byTeam())
        .as("what its caller stated stays")
        .isEqualTo(Map.of("rest", DAYS, "platform", DAYS, "search", DAYS));
    assertThat(totals()).isEqualTo(before);
    assertThat(moves(real))
        .containsExactly(
            "team: -> rest 31 0.108500000000", "team: growth -> platform 31 0.108500000000");
    assertThat(real.getMovesList()).isEqualTo(dry.getMovesList());
    assertThat(real.getMoves(0).getTenantId()).isEqualTo(tenant);
    assertThat(real.getDeltasList()).isEmpty();
    assertThat(real.getRepricing().getTotalDeltasList()).isEmpty();
    assertProgress(real, 2 * DAYS, 4 * DAYS);
    assertProgress(dry, 2 * DAYS, 0);
    assertThat(peers.applied(tenant)).as("no budget moves").hasSize((int) (3 * DAYS));
    assertThat(trail("known0"))
        .containsExactly(
            "CHARGE growth one ", "REVERSAL growth one real", "ADJUST platform one real");
    assertThat(trail("lost0"))
        .containsExactly("CHARGE   ", "REVERSAL   real", "ADJUST rest two real");
    assertThat(trail("stated0")).containsExactly("CHARGE search  ");
    assertThat(count(tenant + "-other")).as("nobody else's").isEqualTo(3 * DAYS);

    var rows = count(tenant);
    var again = operator.run(month("again").build());
    assertThat(again.getMovesList()).isEmpty();
    assertProgress(again, 0, 0);
    assertThat(count(tenant)).isEqualTo(rows);
  }

  @Test
  void reattribution_closedPeriod_movesInTheOpenOne() {
    sendThreeADay(tenant);
    var before = totals();
    var _ =
        operator
            .stub()
            .closePeriod(
                ClosePeriodRequest.newBuilder().setEndTime(Events.timestamp(MIDDLE)).build());
    put(rule("late", "lost").putSets("team", "growth"));

    assertProgress(operator.run(month("late").build()), DAYS, 2 * DAYS);

    assertThat(byTeam()).isEqualTo(Map.of("", DAYS, "growth", DAYS, "search", DAYS));
    assertThat(byTeam("AND slot < toDateTime('2026-08-16 00:00:00', 'UTC')"))
        .as("as it was billed")
        .isEqualTo(Map.of("", 30L, "search", 15L));
    assertThat(totals()).isEqualTo(before);
  }

  @Test
  void reattribution_thenAnotherBook_keepsTheNewTeamAtTheNewPrice() throws Exception {
    sendThreeADay(tenant);
    put(rule("one", "lost").putSets("team", "growth"));
    var _ = operator.run(month("rules").build());
    peers.publish(new TestBook(8, "USD").model("gpt-4o", 100, MONTH, 100).book());
    var attempt = new int[1];
    Await.until(
        "the book is in use",
        () ->
            operator
                    .run(
                        month("book-" + attempt[0]++)
                            .setMode(RepricingMode.REPRICING_MODE_PRICES)
                            .build())
                    .getRepricing()
                    .getProgress()
                    .getEventsRepriced()
                == 3 * DAYS);

    assertThat(byTeam()).isEqualTo(Map.of("", DAYS, "growth", DAYS, "search", DAYS));
    assertThat(totals()).isEqualTo(List.of(3 * DAYS, 3 * DAYS * 1_100L * 1_000_000));

    delete("one", 1);
    var back = operator.run(month("back").build());
    assertThat(moves(back)).containsExactly("team: growth ->  31 0.034100000000");
    assertThat(byTeam()).isEqualTo(Map.of("", 2 * DAYS, "search", DAYS));
  }

  @Test
  void reattribution_userWasErasedOrIsNamedByARule_namesNobody() {
    sendThreeADay(tenant);
    var users = UserServiceGrpc.newBlockingStub(peer.channel(tenant));
    var erased =
        users
            .eraseUser(EraseUserRequest.newBuilder().setUser("alice").setReason("asked").build())
            .getSurrogate();
    put(rule("names", "lost").putSets("user", "alice").putSets("team", "growth"));
    put(rule("wants", "known").putConditions("user", "alice").putSets("team", "platform"));

    var real = operator.run(month("real").build());

    assertThat(real.getRepricing().getProgress().getEventsRefused())
        .as("whether it is her can't be told")
        .isEqualTo(DAYS);
    assertThat(moves(real)).containsExactly("team: -> growth 31 0.108500000000");
    assertThat(texts("SELECT DISTINCT user AS text FROM usage_events"))
        .as("the surrogate stays")
        .containsExactly(erased);
    assertThat(texts("SELECT DISTINCT surrogate AS text FROM control_users")).isEmpty();
  }

  private static AttributionRule.Builder rule(String id, String key) {
    return AttributionRule.newBuilder().setRuleId(id).putConditions("api_key", key);
  }

  private void put(AttributionRule.Builder rule) {
    var _ =
        AttributionServiceGrpc.newBlockingStub(peer.channel(tenant))
            .putAttributionRule(PutAttributionRuleRequest.newBuilder().setRule(rule).build());
  }

  private void delete(String id, long version) {
    var _ =
        AttributionServiceGrpc.newBlockingStub(peer.channel(tenant))
            .deleteAttributionRule(
                DeleteAttributionRuleRequest.newBuilder()
                    .setRuleId(id)
                    .setVersion(version)
                    .build());
  }

  private static StartRepricingRequest.Builder month(String id) {
    return RepricingRig.request(id, MONTH, NEXT_MONTH)
        .setMode(RepricingMode.REPRICING_MODE_ATTRIBUTION);
  }

  private static List<String> moves(GetRepricingResponse response) {
    return response.getMovesList().stream().map(ReattributionIT::text).toList();
  }

  private static String text(AttributionMove move) {
    return "%s:%s -> %s %d %s"
        .formatted(
            move.getDimension(),
            move.getOldValue().isEmpty() ? "" : " " + move.getOldValue(),
            move.getNewValue(),
            move.getEvents(),
            move.getCost().getAmount());
  }

  /// How many events each team has, by the rollup; its costs must be in proportion.
  private Map<String, Long> byTeam() {
    return byTeam("");
  }

  private Map<String, Long> byTeam(String condition) {
    var teams = new TreeMap<String, Long>();
    clickHouse
        .query(
            "SELECT team AS name, sum(events) AS calls, toInt64(sum(cost_picos)) AS cost"
                + " FROM usage_rollup WHERE tenant_id = {tenant:String} "
                + condition
                + " GROUP BY name HAVING calls != 0 OR cost != 0",
            Map.of("tenant", tenant),
            row -> List.of(row.text("name"), row.integer("calls"), row.integer("cost")))
        .forEach(row -> {
          assertThat((long) row.get(2) * totals().get(0))
              .isEqualTo((long) row.get(1) * totals().get(1));
          teams.put((String) row.get(0), (long) row.get(1));
        });
    return teams;
  }

  /// Events and cost, which raw rows and the rollup must agree on.
  private List<Long> totals() {
    var raw = totals("sum(sign)", "sum(cost_picos * sign)", "usage_events");
    assertThat(totals("sum(events)", "sum(cost_picos)", "usage_rollup")).isEqualTo(raw);
    return raw;
  }

  private List<Long> totals(String events, String cost, String table) {
    return clickHouse
        .query(
            "SELECT toInt64(%s) AS calls, toInt64(%s) AS cost FROM %s WHERE tenant_id = {tenant:String}"
                .formatted(events, cost, table),
            Map.of("tenant", tenant),
            row -> List.of(row.integer("calls"), row.integer("cost")))
        .getFirst();
  }

  private long count(String who) {
    return Rig.raw(clickHouse, who).events();
  }

  /// The event's entries: kind, team, rule, repricing. All say the same of money.
  private List<String> trail(String id) {
    var sql =
        "SELECT concat(entry_kind, ' ', team, ' ', attribution_rule, ' ', repricing_id) AS text,"
            + " concat(toString(cost_picos), price_book, engine_version) AS money FROM usage_events"
            + " WHERE tenant_id = {tenant:String} AND event_id = {id:String} ORDER BY entry_seq";
    var parameters = Map.<String, Object>of("tenant", tenant, "id", id);
    assertThat(clickHouse.query(sql, parameters, row -> row.text("money")).stream().distinct())
        .hasSize(1);
    return clickHouse.query(sql, parameters, row -> row.text("text"));
  }

  private List<String> texts(String sql) {
    return clickHouse.query(
        sql + " WHERE tenant_id = {tenant:String}",
        Map.of("tenant", tenant),
        row -> row.text("text"));
  }

  private static void assertProgress(GetRepricingResponse response, long moved, long rows) {
    var progress = response.getRepricing().getProgress();
    assertThat(progress.getEventsRead()).isEqualTo(3 * DAYS);
    assertThat(progress.getEventsReattributed()).isEqualTo(moved);
    assertThat(progress.getEventsRepriced()).isZero();
    assertThat(progress.getRowsAppended()).isEqualTo(rows);
  }
}
