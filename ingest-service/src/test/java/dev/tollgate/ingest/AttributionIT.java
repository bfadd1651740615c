package dev.tollgate.ingest;

import static dev.tollgate.proto.ingest.v1.AckLevel.ACK_LEVEL_STORED;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_ACCEPTED;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_DUPLICATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.kernel.caller.StoredKey;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.ingest.v1.AttributionRule;
import dev.tollgate.proto.ingest.v1.AttributionServiceGrpc;
import dev.tollgate.proto.ingest.v1.AttributionServiceGrpc.AttributionServiceBlockingStub;
import dev.tollgate.proto.ingest.v1.BackfillUsageRequest;
import dev.tollgate.proto.ingest.v1.DeleteAttributionRuleRequest;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc.IngestServiceBlockingStub;
import dev.tollgate.proto.ingest.v1.ListAttributionRulesRequest;
import dev.tollgate.proto.ingest.v1.PutAttributionRuleRequest;
import dev.tollgate.proto.ingest.v1.RecordUsageRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
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

/// Calls that don't say whose they are, and the rules that do.
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttributionIT {
  private static final Instant NOW = TimeSource.SYSTEM.now();

  private final Peers peers;
  private final CutProxy proxy;
  private final ClickHouse clickHouse;
  private final IngestService service;
  private final IngestService other;
  private final Peer operator;
  private final Peer otherOperator;
  private final HttpClient http = HttpClient.newHttpClient();

  AttributionIT(Stores stores, @TempDir Path dir) throws Exception {
    peers = Peers.start();
    proxy = new CutProxy(stores.clickHouseUrl());
    var rig = new Rig(stores, peers, dir.resolve("log"));
    clickHouse = rig.clickHouse();
    service = start(rig.environment(proxy.url()));
    other = start(new Rig(stores, peers, dir.resolve("other")).environment());
    operator = RepricingRig.peer(service.grpcPort(), Rig.OPERATOR_KEY);
    otherOperator = RepricingRig.peer(other.grpcPort(), Rig.OPERATOR_KEY);
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
    http.close();
    operator.close();
    otherOperator.close();
    service.close();
    other.close();
    peers.close();
    clickHouse.close();
    proxy.close();
  }

  @Test
  void dimensionsLost_rulesAttributeThem_restIsUnattributedAndTotalsDontMove() {
    var whole = new ArrayList<UsageEvent.Builder>();
    var lost = new ArrayList<UsageEvent.Builder>();
    for (int i = 0; i < 400; i++) {
      var team = List.of("search", "support", "growth", "stray").get(i % 4);
      var event = Events.event("e" + i, NOW.minusMillis(i));
      event
          .getDimensionsBuilder()
          .setTeam(team)
          .setFeature(team + "-app")
          .setApiKey("key-" + team + "-" + i % 3);
      event.getUsageBuilder().putBuckets("input", 1_000 + i);
      whole.add(event);
      var isLost = i >= 100;
      var sent = event.clone();
      if (isLost) {
        sent.getDimensionsBuilder().clearTeam().clearFeature();
      }
      lost.add(sent);
    }
    record("whole", whole);
    for (var team : List.of("search", "support", "growth")) {
      put(
          "lost",
          rule(team, Map.of("api_key", "key-" + team + "-*"))
              .putSets("team", team)
              .putSets("feature", team + "-app"));
    }

    record("lost", lost);

    assertThat(Rig.rollup(clickHouse, "lost")).isEqualTo(Rig.rollup(clickHouse, "whole"));
    assertThat(Rig.raw(clickHouse, "lost")).isEqualTo(Rig.raw(clickHouse, "whole"));
    var before = byTeam("whole");
    var after = byTeam("lost");
    for (var team : List.of("search", "support", "growth")) {
      assertThat(after).containsEntry(team, before.get(team));
    }
    assertThat(after.keySet())
        .containsExactlyInAnyOrder("", "search", "support", "growth", "stray");
    assertThat(after.getOrDefault("", 0L) + after.getOrDefault("stray", 0L))
        .as("what no rule names stays on the unattributed line")
        .isEqualTo(before.get("stray"));
    assertThat(told("lost"))
        .as("calls that said it themselves name no rule")
        .isEqualTo(Map.of("", 175L, "search", 75L, "support", 75L, "growth", 75L));
  }

  @Test
  void everyPath_isAttributedAndDebitedSo() throws Exception {
    put("paths", rule("gateway", Map.of("provider", "openai")).putSets("cost_center", "4711"));
    var streamed = Events.event("streamed", NOW);
    try (var sender = Sender.open(service.grpcPort(), "paths")) {
      assertThat(sender.statuses(streamed.build())).containsExactly(EVENT_STATUS_ACCEPTED);
    }
    record("paths", List.of(Events.event("recorded", NOW)));
    post(
        "/v1/usage",
        """
        {"event_id": "posted", "event_time": "%s", "dimensions": {"provider": "openai",
         "model": "gpt-4o"}, "usage": {"buckets": {"input": 1000, "output": 100}}}
        """
            .formatted(NOW));
    post(
        "/v1/traces",
        """
        {"resourceSpans": [{"scopeSpans": [{"spans": [{
          "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174",
          "name": "chat", "kind": 3,
          "startTimeUnixNano": "1785542400000000000", "endTimeUnixNano": "1785542401000000000",
          "attributes": [
            {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
            {"key": "gen_ai.provider.name", "value": {"stringValue": "openai"}},
            {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-4o"}},
            {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "1000"}},
            {"key": "gen_ai.usage.output_tokens", "value": {"intValue": "100"}}]}]}]}]}
        """);
    var backfilled =
        usage("paths")
            .backfillUsage(
                BackfillUsageRequest.newBuilder().addEvents(Events.event("old", NOW)).build());
    assertThat(backfilled.getResults(0).getAttributionRule()).isEqualTo("gateway");

    Await.until("stored", () -> Rig.raw(clickHouse, "paths").events() == 5);
    assertThat(told("paths")).isEqualTo(Map.of("gateway", 5L));
    assertThat(
            clickHouse.query(
                "SELECT DISTINCT cost_center FROM usage_events WHERE tenant_id = 'paths'",
                Map.of(),
                row -> row.text("cost_center")))
        .containsExactly("4711");
    Await.until("debited", () -> peers.applied("paths").size() == 4);
    assertThat(peers.applied("paths"))
        .as("all but history")
        .allMatch(each -> each.getDimensions().getCostCenter().equals("4711"));
  }

  @Test
  void firstRule_thatMatches_appliesAloneAtTheEventsTime() {
    var first = rule("a", Map.of("team", "search")).setRank(1).putSets("project", "one");
    put("order", first.setEndTime(Events.timestamp(NOW)));
    put("order", rule("b", Map.of("team", "*")).setRank(2).putSets("project", "two"));
    put("order", rule("c", Map.of("team", "*")).setRank(3).putSets("plan", "three"));

    record(
        "order",
        List.of(
            Events.event("before", NOW.minusSeconds(1)),
            Events.event("after", NOW),
            stating("project", Events.event("stated", NOW))));

    assertThat(
            clickHouse.query(
                "SELECT concat(event_id, ' ', project, ' ', plan, ' ', attribution_rule) AS line"
                    + " FROM usage_events WHERE tenant_id = 'order' ORDER BY event_id",
                Map.of(),
                row -> row.text("line")))
        .containsExactly("after two  b", "before one  a", "stated project  ");
  }

  private static UsageEvent.Builder stating(String project, UsageEvent.Builder event) {
    event.getDimensionsBuilder().setProject(project);
    return event;
  }

  @Test
  void resend_afterARuleCame_isTheSameEvent() {
    record("resend", List.of(Events.event("e", NOW)));
    put("resend", rule("late", Map.of("team", "search")).putSets("project", "web"));

    assertThat(record("resend", List.of(Events.event("e", NOW))))
        .containsExactly(EVENT_STATUS_DUPLICATE);
  }

  @Test
  void rules_areVersionedListedAndDeleted() throws Exception {
    var rule = rule("one", Map.of("api_key", "k")).putSets("team", "search");
    var written = put("versions", rule);
    assertThat(written.getVersion()).isEqualTo(1);
    assertThat(put("versions", rule)).as("a retry").isEqualTo(written);
    assertThat(reason(() -> put("versions", rule.clone().putSets("team", "other"))))
        .isEqualTo("WRITE_CONFLICT");

    var changed = put("versions", rule.clone().putSets("team", "other").setVersion(1));
    assertThat(changed.getVersion()).isEqualTo(2);
    assertThat(list(rules("versions"))).containsExactly(changed);
    assertThat(reason(() -> delete("versions", "one", 1))).isEqualTo("WRITE_CONFLICT");
    delete("versions", "one", 2);
    delete("versions", "one", 2);
    assertThat(list(rules("versions"))).isEmpty();
    assertThat(reason(() -> delete("versions", "two", 1))).isEqualTo("ATTRIBUTION_RULE_UNKNOWN");
    assertThat(reason(() -> put("versions", rule.clone().putSets("model", "m"))))
        .isEqualTo("FIELD_INVALID");

    assertThat(put("versions", rule).getVersion()).as("made anew").isEqualTo(4);
    assertThat(list(rules("elsewhere"))).isEmpty();
  }

  @Test
  void rule_writtenElsewhere_bindsHereAlsoWhileTheStoreIsAway() {
    var theirs =
        AttributionServiceGrpc.newBlockingStub(otherOperator.channel("followed"))
            .putAttributionRule(
                PutAttributionRuleRequest.newBuilder()
                    .setRule(rule("far", Map.of("team", "search")).putSets("project", "web"))
                    .build());
    assertThat(theirs.getRule().getVersion()).isEqualTo(1);
    var turn = new int[1];
    Await.until(
        "followed",
        () -> {
          record("followed", List.of(Events.event("e" + turn[0]++, NOW)));
          return told("followed").containsKey("far");
        });
    var followed = told("followed").getOrDefault("far", 0L);

    proxy.become(CutProxy.Mode.CUT);
    try {
      var _ = usage("followed").recordUsage(request(List.of(Events.event("away", NOW))).build());
    } finally {
      proxy.become(CutProxy.Mode.OPEN);
    }

    Await.until("stored", () -> Rig.eventIds(clickHouse, "followed").contains("away"));
    assertThat(told("followed")).containsEntry("far", followed + 1);
  }

  @Test
  void pinnedCredential_seesNoRulesAndItsPinsStand() throws Exception {
    put(
        "pinned",
        rule("all", Map.of("provider", "*")).putSets("project", "any").putSets("plan", "b"));
    var key = key("pinned", Set.of(Role.ROLE_ADMIN, Role.ROLE_CALLER), Map.of("project", "web"));
    try (var peer = RepricingRig.peer(service.grpcPort(), key.reveal())) {
      var rules = AttributionServiceGrpc.newBlockingStub(peer.channel());
      awaitKnown(rules);
      assertThat(reason(() -> list(rules))).isEqualTo("DIMENSION_FORBIDDEN");
      assertThat(
              reason(() -> {
                var _ =
                    rules.putAttributionRule(
                        PutAttributionRuleRequest.newBuilder()
                            .setRule(rule("mine", Map.of("team", "*")).putSets("plan", "c"))
                            .build());
              }))
          .isEqualTo("DIMENSION_FORBIDDEN");

      var _ =
          IngestServiceGrpc.newBlockingStub(peer.channel())
              .recordUsage(
                  request(List.of(Events.event("e", NOW))).setAckLevel(ACK_LEVEL_STORED).build());
    }
    assertThat(
            clickHouse.query(
                "SELECT concat(project, ' ', plan) AS line FROM usage_events"
                    + " WHERE tenant_id = 'pinned'",
                Map.of(),
                row -> row.text("line")))
        .containsExactly("web b");
  }

  @Test
  void caller_mayNeitherWriteRulesNorBackfill() throws Exception {
    var key = key("callers", Set.of(Role.ROLE_CALLER), Map.of());
    try (var peer = RepricingRig.peer(service.grpcPort(), key.reveal())) {
      var rules = AttributionServiceGrpc.newBlockingStub(peer.channel());
      awaitKnown(rules);
      assertThat(reason(() -> list(rules))).isEqualTo("ROLE_FORBIDDEN");
      assertThat(
              reason(() -> {
                var _ =
                    IngestServiceGrpc.newBlockingStub(peer.channel())
                        .backfillUsage(
                            BackfillUsageRequest.newBuilder()
                                .addEvents(Events.event("e", NOW))
                                .build());
              }))
          .isEqualTo("ROLE_FORBIDDEN");
    }
  }

  private static void awaitKnown(AttributionServiceBlockingStub rules) {
    Await.until(
        "the key is known",
        () -> {
          try {
            return !reason(() -> list(rules)).equals("CREDENTIALS_INVALID");
          } catch (Exception failure) {
            throw new AssertionError(failure);
          }
        });
  }

  private KeyText key(String tenant, Set<Role> roles, Map<String, String> pins) {
    var key = KeyText.random(new SecureRandom());
    var stored =
        new StoredKey(
            key.id(), tenant, "key", roles, new TreeMap<>(pins), key.hash(), Instant.EPOCH, null);
    var _ =
        ControlTable.open(clickHouse, StoredKey.TABLE)
            .append(tenant, key.id(), 0, stored.content(), "test");
    return key;
  }

  private List<EventStatus> record(String tenant, List<UsageEvent.Builder> events) {
    return usage(tenant)
        .recordUsage(request(events).setAckLevel(ACK_LEVEL_STORED).build())
        .getResultsList()
        .stream()
        .map(EventResult::getStatus)
        .toList();
  }

  private static RecordUsageRequest.Builder request(List<UsageEvent.Builder> events) {
    return RecordUsageRequest.newBuilder()
        .addAllEvents(events.stream().map(UsageEvent.Builder::build).toList());
  }

  private IngestServiceBlockingStub usage(String tenant) {
    return IngestServiceGrpc.newBlockingStub(operator.channel(tenant));
  }

  private AttributionServiceBlockingStub rules(String tenant) {
    return AttributionServiceGrpc.newBlockingStub(operator.channel(tenant));
  }

  private static List<AttributionRule> list(AttributionServiceBlockingStub rules) {
    return rules
        .listAttributionRules(ListAttributionRulesRequest.getDefaultInstance())
        .getRulesList();
  }

  private AttributionRule put(String tenant, AttributionRule.Builder rule) {
    return rules(tenant)
        .putAttributionRule(PutAttributionRuleRequest.newBuilder().setRule(rule).build())
        .getRule();
  }

  private void delete(String tenant, String id, long version) {
    var _ =
        rules(tenant)
            .deleteAttributionRule(
                DeleteAttributionRuleRequest.newBuilder()
                    .setRuleId(id)
                    .setVersion(version)
                    .build());
  }

  private static AttributionRule.Builder rule(String id, Map<String, String> conditions) {
    return AttributionRule.newBuilder().setRuleId(id).putAllConditions(conditions);
  }

  private void post(String path, String json) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.httpPort() + path))
            .timeout(Duration.ofSeconds(30))
            .header("authorization", "Bearer " + Rig.OPERATOR_KEY)
            .header("tollgate-tenant", "paths")
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /// What each team cost, by the rollup.
  private Map<String, Long> byTeam(String tenant) {
    return pairs(
        "SELECT team AS name, toInt64(sum(cost_picos)) AS amount FROM usage_rollup"
            + " WHERE tenant_id = {tenant:String} GROUP BY name",
        tenant);
  }

  /// How many events each rule attributed.
  private Map<String, Long> told(String tenant) {
    return pairs(
        "SELECT attribution_rule AS name, toInt64(count()) AS amount FROM usage_events"
            + " WHERE tenant_id = {tenant:String} GROUP BY name",
        tenant);
  }

  private Map<String, Long> pairs(String sql, String tenant) {
    var pairs = new TreeMap<String, Long>();
    clickHouse
        .query(
            sql,
            Map.of("tenant", tenant),
            row -> Map.entry(row.text("name"), row.integer("amount")))
        .forEach(each -> pairs.put(each.getKey(), each.getValue()));
    return pairs;
  }

  private static String reason(Runnable call) throws Exception {
    try {
      call.run();
    } catch (StatusRuntimeException failure) {
      return Failures.reason(CompletableFuture.failedFuture(failure));
    }
    throw new AssertionError("the call succeeded");
  }
}
