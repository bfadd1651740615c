package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageRouteIT {
  private static final Instant NOW = TimeSource.SYSTEM.now();
  private static final String NDJSON = "application/x-ndjson";

  private final Peers peers;
  private final ClickHouse clickHouse;
  private final IngestService service;
  private final HttpClient client = HttpClient.newHttpClient();

  UsageRouteIT(Stores stores, @TempDir Path dir) throws Exception {
    peers = Peers.start();
    var rig = new Rig(stores, peers, dir.resolve("log"));
    clickHouse = rig.clickHouse();
    service =
        IngestService.start(
            IngestSettings.from(rig.environment()), TimeSource.SYSTEM, new SecureRandom());
  }

  @BeforeAll
  void awaitReady() {
    Ready.await(service.grpcPort());
  }

  @AfterAll
  void stop() {
    client.close();
    service.close();
    peers.close();
    clickHouse.close();
  }

  @Test
  void post_object_isOneEvent() throws Exception {
    var answer = post("one", "?ack_level=STORED", "application/json", event("e"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(statuses(answer)).containsExactly("EVENT_STATUS_ACCEPTED");
    assertThat(Rig.raw(clickHouse, "one")).isEqualTo(new Rig.Totals(1, Events.COST_PICOS));
    assertThat(statuses(post("one", "", "application/json", event("e"))))
        .containsExactly("EVENT_STATUS_DUPLICATE");
    assertThat(statuses(post("one", "", "application/json", event("e").replace("100", "101"))))
        .containsExactly("EVENT_STATUS_CONFLICT");
  }

  @Test
  void post_array_badOnesAreInvalidAndTheRestLands() throws Exception {
    var answer =
        post(
            "array",
            "?ack_level=STORED",
            "application/json; charset=utf-8",
            "["
                + String.join(
                    ",",
                    event("a"),
                    event("b").replace("\"input\"", "\"inptu\""),
                    event("c").replace("\"usage\"", "\"usaeg\""),
                    event("d").replace("\"openai\"", "{}"),
                    "17",
                    event("f").replaceAll("\"event_time\": \"[^\"]*\"", "\"event_time\": \"now\""),
                    event("g"))
                + "]");

    assertThat(statuses(answer))
        .containsExactly(
            "EVENT_STATUS_ACCEPTED",
            "EVENT_STATUS_INVALID",
            "EVENT_STATUS_INVALID",
            "EVENT_STATUS_INVALID",
            "EVENT_STATUS_INVALID",
            "EVENT_STATUS_INVALID",
            "EVENT_STATUS_ACCEPTED");
    assertThat(results(answer).findValuesAsText("eventId"))
        .containsExactly("a", "b", "c", "d", "", "f", "g");
    assertThat(results(answer).findValuesAsText("field"))
        .containsExactly(
            "usage.buckets[inptu]", "usaeg", "dimensions.provider", "body", "event_time");
    assertThat(results(answer).findValuesAsText("description"))
        .anySatisfy(text -> assertThat(text).contains("\"now\" (expected: a time as"));
    assertThat(Rig.eventIds(clickHouse, "array")).containsExactly("a", "g");
  }

  @Test
  void post_lines_oneBrokenLineIsItsOwnResult() throws Exception {
    var lines =
        String.join(
            "\n",
            event("a").replace("\n", " "),
            "{\"event_id\": \"b\", ",
            "",
            "{\"event_id\": \"c\", \"event_id\": \"c\"}",
            event("d").replace("\n", " "));
    var answer = post("lines", "?ack_level=STORED", NDJSON, lines);

    assertThat(statuses(answer))
        .containsExactly(
            "EVENT_STATUS_ACCEPTED",
            "EVENT_STATUS_INVALID",
            "EVENT_STATUS_INVALID",
            "EVENT_STATUS_ACCEPTED");
    assertThat(results(answer).get(1).at("/violations/0/field").asText()).isEqualTo("event");
    assertThat(results(answer).get(2).at("/violations/0/description").asText())
        .contains("Duplicate field");
    assertThat(Rig.eventIds(clickHouse, "lines")).containsExactly("a", "d");
  }

  @Test
  void post_gzip_isTakenAndABombIsNot() throws Exception {
    var taken =
        send(
            request(
                    "gzip",
                    "",
                    NDJSON,
                    gzip(event("a").replace("\n", " ").getBytes(StandardCharsets.UTF_8)))
                .header("content-encoding", "gzip"));
    var bomb =
        send(
            request("gzip", "", NDJSON, gzip(new byte[200 << 20]))
                .header("content-encoding", "gzip"));

    assertThat(statuses(taken)).containsExactly("EVENT_STATUS_ACCEPTED");
    assertThat(bomb.statusCode()).isEqualTo(413);
    assertThat(reason(bomb)).isEqualTo("REQUEST_TOO_LARGE");
  }

  @Test
  void post_refusedWhole_saysWhy() throws Exception {
    assertRefused(post("no", "", "application/json", "[]"), 400, "FIELD_INVALID");
    assertRefused(post("no", "", "application/json", "{\"event_id\":"), 400, "BODY_INVALID");
    assertRefused(post("no", "", "application/json", "\"x\""), 400, "BODY_INVALID");
    assertRefused(post("no", "", NDJSON, "\n\n"), 400, "FIELD_INVALID");
    assertRefused(post("no", "", NDJSON, "{}\n".repeat(501)), 413, "REQUEST_TOO_LARGE");
    assertRefused(post("no", "", NDJSON, " ".repeat(5 << 20)), 413, "REQUEST_TOO_LARGE");
    assertRefused(post("no", "", "text/plain", event("e")), 415, "BODY_INVALID");
    assertRefused(post("no", "?ack_level=SOON", NDJSON, "{}"), 400, "FIELD_INVALID");
    assertRefused(post("no", "?ack=STORED", NDJSON, "{}"), 400, "FIELD_INVALID");
    assertRefused(
        send(
            HttpRequest.newBuilder(uri(""))
                .header("authorization", "Bearer tg_nobody00000000000_" + "x".repeat(32))
                .POST(BodyPublishers.ofString("{ broken"))
                .header("content-type", NDJSON)),
        401,
        "CREDENTIALS_INVALID");
    assertThat(Rig.raw(clickHouse, "no").events()).isZero();
  }

  @Test
  void post_usageBody_mayBeAnObjectOrText() throws Exception {
    var object = "{\"prompt_tokens\": 1000, \"completion_tokens\": 100, \"total_tokens\": 1100}";
    var text = new ObjectMapper().writeValueAsString(object);
    var answer =
        post(
            "body",
            "?ack_level=STORED",
            "application/json",
            "[" + withBody("a", object) + "," + withBody("b", text) + "]");

    assertThat(statuses(answer)).containsOnly("EVENT_STATUS_ACCEPTED");
    assertThat(Rig.raw(clickHouse, "body")).isEqualTo(new Rig.Totals(2, 2 * Events.COST_PICOS));
  }

  @Test
  void openApi_listsTheRoute() throws Exception {
    var answer =
        send(
            HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + service.httpPort() + "/openapi.json")));
    var post = new ObjectMapper().readTree(answer.body()).at("/paths/~1v1~1usage/post");

    assertThat(post.at("/x-tollgate-roles").toString()).contains("ROLE_CALLER");
    assertThat(post.at("/requestBody/content").has(NDJSON)).isTrue();
    assertThat(post.get("description").asText()).contains("ack_level", "500");
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String reason)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(reason(answer)).isEqualTo(reason);
  }

  private static String event(String id) {
    return """
    {"event_id": "%s", "event_time": "%s",
     "dimensions": {"provider": "openai", "model": "gpt-4o", "team": "search"},
     "usage": {"buckets": {"input": 1000, "output": 100}}}\
    """
        .formatted(id, NOW);
  }

  private static String withBody(String id, String body) {
    return event(id)
        .replace("{\"buckets\": {\"input\": 1000, \"output\": 100}}", "{\"body\": {\"json\": @}}")
        .replace("@", body);
  }

  private HttpResponse<String> post(String tenant, String query, String type, String body)
      throws Exception {
    return send(request(tenant, query, type, body.getBytes(StandardCharsets.UTF_8)));
  }

  private HttpRequest.Builder request(String tenant, String query, String type, byte[] body) {
    return HttpRequest.newBuilder(uri(query))
        .header("authorization", "Bearer " + Rig.SERVICE_KEY)
        .header("tollgate-tenant", tenant)
        .header("content-type", type)
        .POST(BodyPublishers.ofByteArray(body));
  }

  private URI uri(String query) {
    return URI.create("http://127.0.0.1:" + service.httpPort() + "/v1/usage" + query);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode results(HttpResponse<String> answer) throws IOException {
    return new ObjectMapper().readTree(answer.body()).path("results");
  }

  private static List<String> statuses(HttpResponse<String> answer) throws IOException {
    return results(answer).findValuesAsText("status");
  }

  private static String reason(HttpResponse<String> answer) throws IOException {
    return new ObjectMapper().readTree(answer.body()).path("reason").asText();
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    }
    return bytes.toByteArray();
  }
}
