package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.kernel.caller.StoredKey;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Facts as JSON and as CloudEvents over HTTP, with keys of every role.
@ExtendWith(StoresExtension.class)
class FactHttpIT {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String STRUCTURED = "application/cloudevents+json";
  private static final String BATCH = "application/cloudevents-batch+json; charset=utf-8";
  private static final String OUTCOME =
      """
      {"specversion": "1.0", "type": "dev.tollgate.outcome.v1", "source": "/helpdesk",
       "id": "t-1", "time": "2026-07-31T12:00:00.5Z", "traceparent": "00-ab-cd-01",
       "data": {"kind": "resolved", "result": "OUTCOME_RESULT_SUCCESS",
                "value": {"currency_code": "EUR", "amount": "12.5"},
                "dimensions": {"session": "s-1"}}}
      """;
  private static final String DEPLOYMENT =
      """
      {"specversion": "1.0", "type": "dev.tollgate.deployment.v1", "source": "/ci",
       "id": "42", "time": "2026-07-31T12:00:00Z", "datacontenttype": "application/json",
       "data": {"service": "answers-api", "dimensions": {"release": "2026.7"}}}
      """;

  @TempDir Path dir;
  private final Stores stores;
  private final String tenant;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private ClickHouse clickHouse;
  private IngestService service;

  FactHttpIT(Stores stores) {
    this.stores = stores;
    this.tenant = stores.tenant() + "-" + Long.toString(TimeSource.SYSTEM.nanoTime(), 36);
  }

  @BeforeEach
  void start() throws Exception {
    var peers = Peers.start();
    var rig = new Rig(stores, peers, dir.resolve("log"));
    clickHouse = rig.clickHouse();
    var keys = ControlTable.open(clickHouse, StoredKey.TABLE);
    store(keys, "admin", Role.ROLE_ADMIN, Map.of());
    store(keys, "reader", Role.ROLE_READER, Map.of());
    store(keys, "caller", Role.ROLE_CALLER, Map.of());
    store(keys, "pinned", Role.ROLE_CALLER, Map.of("team", "search"));
    service =
        IngestService.start(
            IngestSettings.from(rig.environment()), TimeSource.SYSTEM, new SecureRandom());
    Ready.await(service.grpcPort());
    opened.addAll(List.of(http, service, peers, clickHouse));
  }

  @AfterEach
  void stop() throws Exception {
    for (var each : opened) {
      each.close();
    }
  }

  @Test
  void events_structured_areStoredOnceUnderSourceAndId() throws Exception {
    assertThat(events(STRUCTURED, OUTCOME).body()).contains("\"id\":\"/helpdesk|t-1\"", "ACCEPTED");
    assertThat(events(STRUCTURED, OUTCOME).body()).contains("EVENT_STATUS_DUPLICATE");
    assertThat(events(STRUCTURED, DEPLOYMENT).body()).contains("\"id\":\"/ci|42\"", "ACCEPTED");
    var conflict = events(STRUCTURED, OUTCOME.replace("resolved", "closed"));
    assertThat(conflict.statusCode()).isEqualTo(409);
    assertThat(conflict.body()).contains("REQUEST_ID_REUSED");

    awaitRows("outcomes", 1);
    awaitRows("deployments", 1);
    assertThat(
            clickHouse.query(
                "SELECT concat(outcome_id, ' ', toString(outcome_time), ' ', session, ' ',"
                    + " toString(value_picos)) AS line FROM outcomes"
                    + " WHERE tenant_id = {tenant:String}",
                Map.of("tenant", tenant),
                row -> row.text("line")))
        .containsExactly("/helpdesk|t-1 2026-07-31 12:00:00.500 s-1 12500000000000");
  }

  @Test
  void events_batch_eachGetsAResultInItsPlace() throws Exception {
    var batch =
        "[%s,%s,%s,%s,7,%s]"
            .formatted(
                OUTCOME,
                DEPLOYMENT,
                OUTCOME.replace("t-1", "t-2").replace("outcome.v1", "outcome.v9"),
                OUTCOME.replace("t-1", "t-3").replace("\"kind\"", "\"knid\""),
                DEPLOYMENT.replace("\"42\"", "\"43\""));

    var answer = events(BATCH, batch);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .containsSubsequence(
            "/helpdesk|t-1\",\"status\":\"EVENT_STATUS_ACCEPTED",
            "/ci|42\",\"status\":\"EVENT_STATUS_ACCEPTED",
            "/helpdesk|t-2\",\"status\":\"EVENT_STATUS_INVALID",
            "\"type\"",
            "dev.tollgate.outcome.v1 or dev.tollgate.deployment.v1",
            "/helpdesk|t-3\",\"status\":\"EVENT_STATUS_INVALID",
            "knid",
            "\"status\":\"EVENT_STATUS_INVALID",
            "a JSON NUMBER",
            "/ci|43\",\"status\":\"EVENT_STATUS_ACCEPTED");
    awaitRows("outcomes", 1);
    awaitRows("deployments", 2);
  }

  @Test
  void events_binary_hasItsAttributesInHeaders() throws Exception {
    var data =
        """
        {"kind": "accepted", "result": "OUTCOME_RESULT_FAILURE", "dimensions": {"request": "r"}}
        """;
    var request =
        request("caller", "/v1/events", "application/json", data)
            .header("ce-specversion", "1.0")
            .header("ce-type", "dev.tollgate.outcome.v1")
            .header("ce-source", "/a%20b".replace("%20", "-"))
            .header("ce-id", "1")
            .header("ce-time", "2026-07-31T12:00:00Z");

    assertThat(send(request).body()).contains("\"id\":\"/a-b|1\"", "ACCEPTED");
    assertThat(send(request("caller", "/v1/events", "application/json", data)).body())
        .contains("BODY_INVALID", "ce-specversion");
    awaitRows("outcomes", 1);
  }

  @Test
  void events_malformed_areRefusedWithTheField() throws Exception {
    for (var bad :
        List.of(
            List.of("specversion", OUTCOME.replace("1.0", "0.3")),
            List.of("id", OUTCOME.replace("\"t-1\"", "\"\"")),
            List.of("source", OUTCOME.replace("/helpdesk", "a|b")),
            List.of("type", OUTCOME.replace("outcome.v1", "other")),
            List.of("time", OUTCOME.replace("2026-07-31T12:00:00.5Z", "yesterday")),
            List.of("outcome_time", OUTCOME.replace("\"time\"", "\"thyme\"")),
            List.of("data", OUTCOME.replace("\"data\"", "\"data_base64\"")),
            List.of("result", OUTCOME.replace("RESULT_SUCCESS", "RESULT_GREAT")),
            List.of("value.amount", OUTCOME.replace("12.5", "many")))) {
      var answer = events(STRUCTURED, bad.getLast());
      assertThat(answer.statusCode()).as(bad.getLast()).isEqualTo(400);
      assertThat(answer.body()).contains("FIELD_INVALID", "\"field\":\"" + bad.getFirst() + "\"");
    }
    for (var bad : List.of("", "{", "[]", "{}", "7")) {
      assertThat(events(STRUCTURED, bad).statusCode()).as(bad).isEqualTo(400);
      assertThat(events(BATCH, bad).statusCode()).as(bad).isEqualTo(400);
    }
    var many = "[" + "{},".repeat(500) + "{}]";
    assertThat(events(BATCH, many).body()).contains("501 CloudEvents (expected: 1 to 500)");
    assertThat(events("text/plain", OUTCOME).statusCode()).isEqualTo(415);
  }

  @Test
  void events_credentials_decideWhateverTheBody() throws Exception {
    for (var body : List.of(OUTCOME, "{}", "[{}]")) {
      var type = body.startsWith("[") ? BATCH : STRUCTURED;
      assertThat(send(request("unknown", "/v1/events", type, body)).statusCode())
          .as(body)
          .isEqualTo(401);
      assertThat(send(request("reader", "/v1/events", type, body)).body())
          .as(body)
          .contains("ROLE_FORBIDDEN");
    }
  }

  @Test
  void feedback_oneShortCall_isAnOutcome() throws Exception {
    var body = "{\"request\": \"r-1\", \"user\": \"u-7\", \"thumb\": \"THUMB_UP\"}";

    var answer = post("caller", "/v1/feedback", body);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"outcomeId\":\"feedback/", "EVENT_STATUS_ACCEPTED");
    assertThat(post("caller", "/v1/feedback", "{\"thumb\": \"UP\"}").body())
        .contains("FIELD_INVALID", "THUMB_UP");
    assertThat(post("caller", "/v1/feedback", body.replace("{", "{\"comment\": \"no\",")).body())
        .contains("comment");
    awaitRows("outcomes", 1);
  }

  @Test
  void costs_roles_adminOnly() throws Exception {
    var body =
        """
        {"cost_lines": [{"cost_id": "c-1", "category": "gpu", "start_time": "2026-07-01T00:00:00Z",
          "end_time": "2026-08-01T00:00:00Z",
          "amount": {"currency_code": "USD", "amount": "-1200.000000000001"}}]}
        """;

    assertThat(post("caller", "/v1/costLines", body).body()).contains("ROLE_FORBIDDEN");
    assertThat(post("admin", "/v1/costLines", body).body()).contains("EVENT_STATUS_ACCEPTED");
    assertThat(post("admin", "/v1/outcomes", "{}").body()).contains("ROLE_FORBIDDEN");
    awaitRows("cost_lines", 1);
  }

  @Test
  void outcomes_pinnedKey_fillsThePinAndRefusesAnother() throws Exception {
    assertThat(send(request("pinned", "/v1/events", STRUCTURED, OUTCOME)).statusCode())
        .isEqualTo(200);
    var other = OUTCOME.replace("\"session\"", "\"team\": \"ads\", \"session\"");
    assertThat(send(request("pinned", "/v1/events", STRUCTURED, other)).body())
        .contains("dimensions.team", "which the credential pins");

    awaitRows("outcomes", 1);
    assertThat(
            clickHouse.query(
                "SELECT team FROM outcomes WHERE tenant_id = {tenant:String}",
                Map.of("tenant", tenant),
                row -> row.text("team")))
        .containsExactly("search");
  }

  private void awaitRows(String table, long rows) {
    Await.until("stored", () -> Rig.rows(clickHouse, tenant, table) >= rows);
    assertThat(Rig.rows(clickHouse, tenant, table)).isEqualTo(rows);
  }

  private HttpResponse<String> events(String contentType, String body) throws Exception {
    return send(request("caller", "/v1/events", contentType, body));
  }

  private HttpResponse<String> post(String key, String path, String body) throws Exception {
    return send(request(key, path, "application/json", body));
  }

  private HttpRequest.Builder request(String key, String path, String contentType, String body) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.httpPort() + path))
        .header("authorization", "Bearer " + key(key))
        .header("content-type", contentType)
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private void store(ControlTable table, String name, Role role, Map<String, String> pins) {
    var text = KeyText.parse(key(name)).orElseThrow();
    var key =
        new StoredKey(
            text.id(), tenant, name, Set.of(role), new TreeMap<>(pins), text.hash(), START, null);
    var _ = table.append(tenant, text.id(), 0, key.content(), "test");
  }

  /// A key of that name, the tenant's own.
  private String key(String name) {
    var own = Integer.toString(Math.floorMod(tenant.hashCode(), 1 << 30), 36);
    var id = (name + own + "0".repeat(16)).substring(0, 16);
    return "tg_" + id + "_" + "k".repeat(32);
  }
}
