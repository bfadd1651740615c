package dev.tollgate.ingest;

import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_ACCEPTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.kernel.caller.StoredKey;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.dimension.Surrogate;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.ingest.v1.CostLine;
import dev.tollgate.proto.ingest.v1.Deployment;
import dev.tollgate.proto.ingest.v1.EraseUserRequest;
import dev.tollgate.proto.ingest.v1.EraseUserResponse;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.FactServiceGrpc;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.Outcome;
import dev.tollgate.proto.ingest.v1.OutcomeResult;
import dev.tollgate.proto.ingest.v1.RecordCostsRequest;
import dev.tollgate.proto.ingest.v1.RecordDeploymentsRequest;
import dev.tollgate.proto.ingest.v1.RecordFeedbackRequest;
import dev.tollgate.proto.ingest.v1.RecordOutcomesRequest;
import dev.tollgate.proto.ingest.v1.RecordUsageRequest;
import dev.tollgate.proto.ingest.v1.Thumb;
import dev.tollgate.proto.ingest.v1.UserServiceGrpc;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// People in the ledger, and how they are forgotten.
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserIT {
  private static final Instant NOW = TimeSource.SYSTEM.now();
  private static final String ADA = "Ada Lovelace <ada@example.com>";
  private static final String BEN = "ben'\\ \"größe\"";

  private final Peers peers;
  private final CutProxy proxy;
  private final ClickHouse clickHouse;
  private final IngestService service;
  private final IngestService other;
  private final Peer peer;
  private final Peer otherPeer;
  private final String base;
  private final List<Peer> opened = new ArrayList<>();

  UserIT(Stores stores, @TempDir Path dir) throws Exception {
    base = stores.tenant() + "-" + Long.toString(TimeSource.SYSTEM.nanoTime(), 36) + "-";
    peers = Peers.start();
    proxy = new CutProxy(stores.clickHouseUrl());
    var rig = new Rig(stores, peers, dir.resolve("log"));
    clickHouse = rig.clickHouse();
    var keys = ControlTable.open(clickHouse, StoredKey.TABLE);
    store(keys, "admin", Role.ROLE_ADMIN, Map.of());
    store(keys, "caller", Role.ROLE_CALLER, Map.of());
    store(keys, "reader", Role.ROLE_READER, Map.of());
    store(keys, "pinned", Role.ROLE_ADMIN, Map.of("team", "search"));
    service = start(rig.environment(proxy.url()));
    other = start(new Rig(stores, peers, dir.resolve("other")).environment());
    peer = RepricingRig.peer(service.grpcPort(), Rig.SERVICE_KEY);
    otherPeer = RepricingRig.peer(other.grpcPort(), Rig.SERVICE_KEY);
  }

  private static IngestService start(Map<String, String> environment) throws Exception {
    return IngestService.start(
        IngestSettings.from(environment), TimeSource.SYSTEM, new SecureRandom());
  }

  @BeforeAll
  void awaitReady() {
    Ready.await(service.grpcPort());
    Ready.await(other.grpcPort());
  }

  @AfterAll
  void stop() throws Exception {
    opened.forEach(Peer::close);
    peer.close();
    otherPeer.close();
    service.close();
    other.close();
    peers.close();
    clickHouse.close();
    proxy.close();
  }

  @Test
  void erase_user_nameIsNowhereAndNoTotalMoves() {
    var tenant = base + "whole";
    var own = Long.toString(TimeSource.SYSTEM.nanoTime(), 36);
    var adaName = ADA + own;
    var benName = own + BEN;
    for (int i = 0; i < 40; i++) {
      usage(peer, tenant, "e" + i, i % 4 == 0 ? benName : adaName);
    }
    facts(tenant, adaName);
    awaitRows(tenant, "usage_events", 40);
    awaitRows(tenant, "outcomes", 2);
    awaitRows(tenant, "deployments", 1);
    awaitRows(tenant, "cost_lines", 1);
    var ada = surrogate(tenant, adaName);
    assertThat(Surrogate.isShapeOf(ada)).isTrue();
    assertThat(columnsWith(adaName)).containsExactly("control_users.name");
    assertThat(usersOf(tenant)).hasSize(2);
    var before = totals(tenant);
    assertThat(before).containsKeys("usage_rollup.cost_picos", "ref_cost.cost_picos");

    var erased = erase(tenant, adaName);

    assertThat(erased)
        .isEqualTo(
            EraseUserResponse.newBuilder()
                .setSurrogate(ada)
                .setEvents(30)
                .setOutcomes(2)
                .setDeployments(1)
                .setCostLines(1)
                .build());
    assertThat(columnsWith(adaName)).isEmpty();
    assertThat(columnsWith("com>" + own)).isEmpty();
    assertThat(columnsWith(own)).containsExactly("control_users.name");
    assertThat(totals(tenant)).isEqualTo(before);
    assertThat(
            clickHouse.query(
                "SELECT concat(surrogate, ' ', actor, ' ', reason) AS line FROM control_erasures"
                    + " WHERE tenant_id = {tenant:String}",
                Map.of("tenant", tenant),
                row -> row.text("line")))
        .containsExactly(ada + " operator00000000 asked for");
  }

  @Test
  void erase_sameNameLater_isAnotherPersonOnEveryInstance() {
    var tenant = base + "again";
    usage(peer, tenant, "e1", ADA);
    usage(otherPeer, tenant, "e2", ADA);
    awaitRows(tenant, "usage_events", 2);
    var first = surrogate(tenant, ADA);
    assertThat(usersOf(tenant)).as("the same on both instances").containsOnlyKeys(first);

    assertThat(erase(tenant, ADA).getEvents()).isEqualTo(2);
    assertThat(erase(tenant, ADA).getSurrogate()).as("asked again").isEqualTo(first);

    usage(peer, tenant, "e3", ADA);
    awaitRows(tenant, "usage_events", 3);
    var second = surrogate(tenant, ADA);
    assertThat(second).isNotEqualTo(first);
    assertThat(usersOf(tenant)).isEqualTo(Map.of(first, 2L, second, 1L));
    var sent = new int[] {10};
    Await.until(
        "the other instance knows of the erasure",
        () -> {
          usage(otherPeer, tenant, "e" + sent[0]++, ADA);
          awaitRows(tenant, "usage_events", sent[0] - 7);
          return usersOf(tenant).getOrDefault(second, 0L) > 1;
        });
    assertThat(usersOf(tenant)).containsOnlyKeys(first, second);
    assertThat(surrogate(tenant, ADA)).isEqualTo(second);
    assertThat(erase(tenant, ADA).getSurrogate()).isEqualTo(second);
  }

  @Test
  void erase_nameThatComesLate_isDeletedAgain() {
    var tenant = base + "late";
    usage(peer, tenant, "e1", ADA);
    awaitRows(tenant, "usage_events", 1);
    var ada = erase(tenant, ADA).getSurrogate();
    clickHouse.execute(
        "INSERT INTO control_users (tenant_id, surrogate, name)"
            + " SELECT {tenant:String}, {surrogate:String}, {name:String}",
        Map.of("tenant", tenant, "surrogate", ada, "name", ADA),
        Map.of());

    assertThat(erase(tenant, ADA).getSurrogate()).isEqualTo(ada);

    assertThat(names(tenant)).isEmpty();
  }

  @Test
  void usage_newUsersWhileClickHouseIsAway_areAckedAndGetTheirNamesLater() {
    var tenant = base + "away";
    proxy.become(CutProxy.Mode.CUT);
    try {
      for (int i = 0; i < 20; i++) {
        usage(peer, tenant, "e" + i, "user " + i % 10);
      }
    } finally {
      proxy.become(CutProxy.Mode.OPEN);
    }

    awaitRows(tenant, "usage_events", 20);
    assertThat(usersOf(tenant).keySet()).isEqualTo(names(tenant).keySet()).hasSize(10);
    assertThat(names(tenant).values()).contains("user 0", "user 9");
  }

  @Test
  void usage_withoutAUser_isNobodys() {
    var tenant = base + "nobody";
    usage(peer, tenant, "e1", "");
    awaitRows(tenant, "usage_events", 1);

    assertThat(usersOf(tenant)).isEqualTo(Map.of("", 1L));
    assertThat(names(tenant)).isEmpty();
  }

  @Test
  void erase_badRequests_sayWhatIsWrong() throws Exception {
    var tenant = base + "bad";
    usage(peer, tenant, "e1", ADA);
    awaitRows(tenant, "usage_events", 1);

    assertThat(reason(() -> erase(tenant, "Ada"))).isEqualTo("USER_UNKNOWN");
    assertThat(reason(() -> erase(base + "another", ADA))).isEqualTo("USER_UNKNOWN");
    for (var bad :
        List.of(
            request("", "asked for"),
            request("x".repeat(257), "asked for"),
            request("a\nb", "asked for"),
            request(ADA, ""),
            request(ADA, "x".repeat(257)))) {
      assertThat(reason(() -> stub(Rig.OPERATOR_KEY, tenant).eraseUser(bad)))
          .isEqualTo("FIELD_INVALID");
    }
    assertThat(names(tenant)).hasSize(1);
  }

  @Test
  void erase_roles_onlyAdministratorsOfTheWholeTenant() throws Exception {
    usage(peer, base, "e1", ADA);
    awaitRows(base, "usage_events", 1);
    var ask = request(ADA, "asked for");

    for (var key : List.of("caller", "reader")) {
      assertThat(reason(() -> stub(key(key), "").eraseUser(ask))).isEqualTo("ROLE_FORBIDDEN");
    }
    assertThat(reason(() -> stub(Rig.SERVICE_KEY, base).eraseUser(ask)))
        .isEqualTo("ROLE_FORBIDDEN");
    assertThat(reason(() -> stub(key("pinned"), "").eraseUser(ask)))
        .isEqualTo("DIMENSION_FORBIDDEN");
    assertThat(reason(() -> stub(Rig.OPERATOR_KEY, "").eraseUser(ask)))
        .isEqualTo("TENANT_REQUIRED");
    assertThat(reason(() -> stub(key("admin"), "another").eraseUser(ask)))
        .isEqualTo("TENANT_FORBIDDEN");
    assertThat(reason(() -> stub("tg_nobody0000000000_" + "n".repeat(32), "").eraseUser(ask)))
        .isEqualTo("CREDENTIALS_INVALID");
    assertThat(names(base)).hasSize(1);

    var body = "{\"user\": \"%s\", \"reason\": \"asked for\"}".formatted(ADA);
    var answer = post("/v1/users:erase", body);

    assertThat(answer).contains("\"surrogate\":\"u-").contains("\"events\":\"1\"");
    assertThat(names(base)).isEmpty();
  }

  private void facts(String tenant, String user) {
    var dimensions = Dimensions.newBuilder().setUser(user).setSession("session-1").build();
    var stub = FactServiceGrpc.newBlockingStub(peer.channel(tenant));
    var outcome =
        Outcome.newBuilder()
            .setOutcomeId("o1")
            .setOutcomeTime(Events.timestamp(NOW))
            .setKind("resolved")
            .setResult(OutcomeResult.OUTCOME_RESULT_SUCCESS)
            .setValue(money())
            .setDimensions(dimensions)
            .build();
    assertThat(
            stub.recordOutcomes(RecordOutcomesRequest.newBuilder().addOutcomes(outcome).build())
                .getResults(0)
                .getStatus())
        .isEqualTo(EVENT_STATUS_ACCEPTED);
    var _ =
        stub.recordFeedback(
            RecordFeedbackRequest.newBuilder()
                .setSession("session-1")
                .setUser(user)
                .setThumb(Thumb.THUMB_UP)
                .build());
    var deployment =
        Deployment.newBuilder()
            .setDeploymentId("d1")
            .setDeploymentTime(Events.timestamp(NOW))
            .setService("answers-api")
            .setDimensions(dimensions)
            .build();
    assertThat(
            stub.recordDeployments(
                    RecordDeploymentsRequest.newBuilder().addDeployments(deployment).build())
                .getResults(0)
                .getStatus())
        .isEqualTo(EVENT_STATUS_ACCEPTED);
    var line =
        CostLine.newBuilder()
            .setCostId("c1")
            .setStartTime(Events.timestamp(NOW))
            .setCategory("review")
            .setAmount(money())
            .setDimensions(dimensions)
            .build();
    assertThat(
            stub.recordCosts(RecordCostsRequest.newBuilder().addCostLines(line).build())
                .getResults(0)
                .getStatus())
        .isEqualTo(EVENT_STATUS_ACCEPTED);
  }

  private static Money money() {
    return Money.newBuilder().setCurrencyCode("USD").setAmount("1.5").build();
  }

  private static void usage(Peer peer, String tenant, String id, String user) {
    var event = Events.event(id, NOW);
    event.getDimensionsBuilder().setUser(user);
    var stub = IngestServiceGrpc.newBlockingStub(peer.channel(tenant));
    var results =
        stub.recordUsage(RecordUsageRequest.newBuilder().addEvents(event).build()).getResultsList();
    assertThat(results).extracting(EventResult::getStatus).containsExactly(EVENT_STATUS_ACCEPTED);
  }

  private EraseUserResponse erase(String tenant, String user) {
    return stub(Rig.OPERATOR_KEY, tenant).eraseUser(request(user, "asked for"));
  }

  private static EraseUserRequest request(String user, String reason) {
    return EraseUserRequest.newBuilder().setUser(user).setReason(reason).build();
  }

  private UserServiceGrpc.UserServiceBlockingStub stub(String key, String tenant) {
    var as = RepricingRig.peer(service.grpcPort(), key);
    opened.add(as);
    return UserServiceGrpc.newBlockingStub(tenant.isEmpty() ? as.channel() : as.channel(tenant));
  }

  private String post(String path, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.httpPort() + path))
            .header("authorization", "Bearer " + key("admin"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  private String surrogate(String tenant, String name) {
    return names(tenant).entrySet().stream()
        .filter(each -> each.getValue().equals(name))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /// Names by surrogate.
  private Map<String, String> names(String tenant) {
    var names = new TreeMap<String, String>();
    clickHouse.query(
        "SELECT surrogate, name FROM control_users WHERE tenant_id = {tenant:String}",
        Map.of("tenant", tenant),
        row -> names.put(row.text("surrogate"), row.text("name")) == null);
    return names;
  }

  /// How many calls are under each surrogate, which raw and rollup must agree on.
  private Map<String, Long> usersOf(String tenant) {
    var raw = "SELECT user, count() AS calls FROM usage_events";
    var rollup = "SELECT user, sum(events) AS calls FROM usage_rollup";
    Await.until("rolled up", () -> users(rollup, tenant).equals(users(raw, tenant)));
    return users(raw, tenant);
  }

  private Map<String, Long> users(String select, String tenant) {
    var users = new TreeMap<String, Long>();
    clickHouse.query(
        select + " WHERE tenant_id = {tenant:String} GROUP BY user",
        Map.of("tenant", tenant),
        row -> users.put(row.text("user"), row.integer("calls")) == null);
    return users;
  }

  /// Every column of the database, of whatever table, that has the text in some row.
  private List<String> columnsWith(String text) {
    var found = new ArrayList<String>();
    var columns =
        clickHouse.query(
            """
            SELECT table, name FROM system.columns
            WHERE database = currentDatabase() AND type LIKE '%String%' ORDER BY table, name
            """,
            Map.of(), row -> Map.entry(row.text("table"), row.text("name")));
    assertThat(columns).hasSizeGreaterThan(100);
    for (var column : columns) {
      var rows =
          clickHouse
              .query(
                  "SELECT countIf(position(toString(`%s`), {text:String}) > 0) AS rows FROM `%s`"
                      .formatted(column.getValue(), column.getKey()),
                  Map.of("text", text),
                  row -> row.integer("rows"))
              .getFirst();
      if (rows > 0) {
        found.add(column.getKey() + "." + column.getValue());
      }
    }
    return found;
  }

  /// Every measure of the ledger, of every rollup and of every table of facts, added up.
  private Map<String, String> totals(String tenant) {
    var totals = new TreeMap<String, String>();
    var columns =
        clickHouse.query(
            """
            SELECT table, name FROM system.columns
            WHERE database = currentDatabase()
              AND match(table, '^(usage|latency|ref|outcomes|deployments|cost)')
              AND NOT match(table, '_view$')
              AND match(type, '^(SimpleAggregateFunction\\\\(sum, )?U?Int')
            """,
            Map.of(),
            row -> Map.entry(row.text("table"), row.text("name")));
    for (var column : columns) {
      totals.put(
          column.getKey() + "." + column.getValue(),
          clickHouse
              .query(
                  "SELECT toString(sum(toInt128(`%s`))) AS total FROM `%s`"
                          .formatted(column.getValue(), column.getKey())
                      + " WHERE tenant_id = {tenant:String}",
                  Map.of("tenant", tenant),
                  row -> row.text("total"))
              .getFirst());
    }
    return totals;
  }

  private void awaitRows(String tenant, String table, long rows) {
    Await.until("stored", () -> Rig.rows(clickHouse, tenant, table) >= rows);
    assertThat(Rig.rows(clickHouse, tenant, table)).isEqualTo(rows);
  }

  private static String reason(Runnable call) throws Exception {
    return Failures.reason(CompletableFuture.runAsync(call));
  }

  private void store(ControlTable table, String name, Role role, Map<String, String> pins) {
    var text = KeyText.parse(key(name)).orElseThrow();
    var key =
        new StoredKey(
            text.id(), base, name, Set.of(role), new TreeMap<>(pins), text.hash(), NOW, null);
    var _ = table.append(base, text.id(), 0, key.content(), "test");
  }

  /// A key of that name, the tenant's own.
  private String key(String name) {
    var own = Integer.toString(Math.floorMod(base.hashCode(), 1 << 30), 36);
    var id = (name + own + "0".repeat(16)).substring(0, 16);
    return "tg_" + id + "_" + "k".repeat(32);
  }
}
