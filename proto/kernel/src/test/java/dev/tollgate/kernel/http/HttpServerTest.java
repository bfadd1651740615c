package dev.tollgate.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.tollgate.proto.access.v1.ApiKey;
import dev.tollgate.proto.access.v1.ListTenantsRequest;
import dev.tollgate.proto.access.v1.ListTenantsResponse;
import dev.tollgate.proto.access.v1.RevokeApiKeyRequest;
import dev.tollgate.proto.access.v1.RevokeApiKeyResponse;
import dev.tollgate.proto.access.v1.Tenant;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetResponse;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.pricing.v1.ListPricesRequest;
import dev.tollgate.proto.pricing.v1.ListPricesResponse;
import dev.tollgate.proto.quota.v1.Allowed;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class HttpServerTest {
  private static final int BODY_BYTES_MAX = 64 * 1024;

  private final FakeServices fakes = new FakeServices();
  private final AtomicBoolean ready = new AtomicBoolean(true);
  private final BlockingQueue<Metadata> metadata = new LinkedBlockingQueue<>();
  private final BlockingQueue<Context> contexts = new LinkedBlockingQueue<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private Server grpc;
  private ManagedChannel channel;
  private HttpServer http;

  @BeforeEach
  void forget() {
    fakes.asked.clear();
    fakes.answer = CheckQuotaResponse::getDefaultInstance;
    metadata.clear();
    contexts.clear();
    ready.set(true);
  }

  @BeforeAll
  void start() throws Exception {
    var name = InProcessServerBuilder.generateName();
    var builder = InProcessServerBuilder.forName(name).directExecutor().intercept(new Recorder());
    fakes.all().forEach(builder::addService);
    grpc = builder.build().start();
    channel = InProcessChannelBuilder.forName(name).build();
    http =
        HttpServer.start(
            new HttpSettings(
                "127.0.0.1",
                0,
                BODY_BYTES_MAX,
                8 * 1024,
                java.time.Duration.ofSeconds(20),
                java.time.Duration.ofSeconds(5),
                null),
            channel,
            Routes.of(fakes.all()),
            ready::get,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  @AfterAll
  void stop() {
    http.close();
    channel.shutdownNow();
    grpc.shutdownNow();
    client.close();
  }

  @Test
  void post_body_isTheRequestAndTheAnswerIsJson() throws Exception {
    fakes.answer =
        () ->
            CheckQuotaResponse.newBuilder()
                .setAllowed(
                    Allowed.newBuilder()
                        .setReservationId("r")
                        .setMaxOutputTokens(9_007_199_254_740_993L)
                        .setExpireTime(Timestamp.newBuilder().setSeconds(0)))
                .build();

    var answer =
        post(
            "/v1/quota:check",
            """
            {"requestId": "a", "input_tokens": 7, "maxOutputTokens": "9007199254740993",
             "dimensions": {"model": "m", "tags": {"k": "v"}}, "holdDuration": "1.5s"}
            """);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(fakes.asked.remove())
        .isEqualTo(
            CheckQuotaRequest.newBuilder()
                .setRequestId("a")
                .setInputTokens(7)
                .setMaxOutputTokens(9_007_199_254_740_993L)
                .setDimensions(Dimensions.newBuilder().setModel("m").putTags("k", "v"))
                .setHoldDuration(Duration.newBuilder().setSeconds(1).setNanos(500_000_000))
                .build());
    var allowed = Json.own(answer.body()).get("allowed");
    assertThat(allowed.get("maxOutputTokens").asText()).isEqualTo("9007199254740993");
    assertThat(allowed.get("maxOutputTokens").isTextual()).isTrue();
    assertThat(allowed.get("clamped").asBoolean(true)).isFalse();
    assertThat(allowed.get("expireTime").asText()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(Json.own(answer.body()).has("denied")).isFalse();
  }

  @Test
  void get_pathVariable_isDecoded() throws Exception {
    fakes.answer = GetBudgetResponse::getDefaultInstance;

    assertThat(get("/v1/budgets/a%2Fb%20c%3Ad+e?group=x&group=y%26z").statusCode()).isEqualTo(200);

    assertThat(fakes.asked.remove())
        .isEqualTo(
            GetBudgetRequest.newBuilder()
                .setBudgetId("a/b c:d+e")
                .addGroup("x")
                .addGroup("y&z")
                .build());
  }

  @Test
  void get_query_takesNumbersTimesAndBothNames() throws Exception {
    fakes.answer = ListPricesResponse::getDefaultInstance;

    var answer =
        get(
            "/v1/prices?provider=openai&page_size=10&effectiveTime=2026-08-01T00:00:00Z&pageToken=");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(fakes.asked.remove())
        .isEqualTo(
            ListPricesRequest.newBuilder()
                .setProvider("openai")
                .setPageSize(10)
                .setEffectiveTime(Timestamp.newBuilder().setSeconds(1_785_542_400))
                .build());
  }

  @Test
  void get_table_isCsvWhereThatIsAskedFor() throws Exception {
    fakes.answer =
        () ->
            ListTenantsResponse.newBuilder()
                .addTenants(Tenant.newBuilder().setTenantId("acme").setDisplayName("=1+1"))
                .setNextPageToken("t")
                .build();

    var byQuery = get("/v1/tenants?pageSize=7&format=csv");
    var byHeader = send(request("/v1/tenants").header("accept", "text/html, text/CSV;q=0.9").GET());

    assertThat(byQuery.statusCode()).as(byQuery.body()).isEqualTo(200);
    assertThat(byQuery.headers().firstValue("content-type")).hasValue("text/csv; charset=utf-8");
    assertThat(byQuery.headers().firstValue("tollgate-next-page-token")).hasValue("t");
    assertThat(byQuery.body()).startsWith("tenant_id,display_name").contains("acme,'=1+1");
    assertThat(byHeader.body()).isEqualTo(byQuery.body());
    assertThat(fakes.asked.remove())
        .isEqualTo(ListTenantsRequest.newBuilder().setPageSize(7).build());
    for (var json : List.of("application/json, text/csv", "*/*", "text/csvx")) {
      assertThat(send(request("/v1/tenants").header("accept", json).GET()).body()).startsWith("{");
    }
    assertThat(get("/v1/tenants?format=json").body()).startsWith("{");
    assertFailure(get("/v1/tenants?format=xml"), 400, "FIELD_INVALID", "format");
    assertFailure(get("/v1/tenants?format=csv&format=csv"), 400, "FIELD_INVALID", "format");
    assertFailure(get("/v1/budgets/a?format=csv"), 400, "FIELD_INVALID", "format");
  }

  @Test
  void post_pathVariableWithVerb_isBoundAndMayBeRepeatedInTheBody() throws Exception {
    fakes.answer =
        () ->
            RevokeApiKeyResponse.newBuilder()
                .setApiKey(ApiKey.newBuilder().addRoles(Role.ROLE_READER))
                .build();
    var expected = RevokeApiKeyRequest.newBuilder().setApiKeyId("k1").build();

    assertThat(post("/v1/apiKeys/k1:revoke", "").body()).contains("ROLE_READER");
    assertThat(post("/v1/apiKeys/k1:revoke", "{\"apiKeyId\":\"k1\"}").statusCode()).isEqualTo(200);

    assertThat(fakes.asked).containsExactly(expected, expected);
    assertFailure(
        post("/v1/apiKeys/k1:revoke", "{\"apiKeyId\":\"k2\"}"), 400, "FIELD_INVALID", "api_key_id");
  }

  @Test
  void headers_credentialTenantAndTimeout_reachTheCall() throws Exception {
    var request =
        request("/v1/quota:check")
            .header("Tollgate-Tenant", "acme")
            .header("grpc-timeout", "3S")
            .header("x-other", "stays out")
            .POST(HttpRequest.BodyPublishers.ofString("{}"));

    assertThat(send(request).statusCode()).isEqualTo(200);

    var sent = metadata.remove();
    assertThat(sent.get(key("authorization"))).isEqualTo("Bearer tg_a_b");
    assertThat(sent.get(key("tollgate-tenant"))).isEqualTo("acme");
    assertThat(sent.containsKey(key("x-other"))).isFalse();
    var deadline = contexts.remove().getDeadline();
    assertThat(deadline).isNotNull();
    assertThat(deadline.timeRemaining(TimeUnit.MILLISECONDS)).isLessThanOrEqualTo(3_000);
  }

  @Test
  void timeout_passed_isDeadlineExceeded() throws Exception {
    var answer =
        send(
            request("/v1/quota:settle")
                .header("grpc-timeout", "20m")
                .POST(HttpRequest.BodyPublishers.noBody()));

    assertFailure(answer, 504, "DEADLINE_EXCEEDED", "");
  }

  @Test
  void timeout_malformed_isFieldInvalid() throws Exception {
    var request = request("/v1/quota:check").header("grpc-timeout", "soon");

    assertFailure(
        send(request.POST(HttpRequest.BodyPublishers.noBody())),
        400,
        "FIELD_INVALID",
        "grpc-timeout");
  }

  @Test
  void client_gone_cancelsTheCall() throws Exception {
    var cancelled = new CountDownLatch(1);
    var head = "POST /v1/quota:settle HTTP/1.1\r\nhost: x\r\n";
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), http.port())) {
      socket
          .getOutputStream()
          .write(
              (head + "authorization: x\r\ncontent-length: 0\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      var context = contexts.poll(10, TimeUnit.SECONDS);
      assertThat(context).isNotNull();
      context.addListener(gone -> cancelled.countDown(), Runnable::run);
    }

    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ARGUMENT, 400", "UNAUTHENTICATED, 401", "PERMISSION_DENIED, 403", "NOT_FOUND, 404",
    "ALREADY_EXISTS, 409", "FAILED_PRECONDITION, 400", "ABORTED, 409", "RESOURCE_EXHAUSTED, 429",
    "UNAVAILABLE, 503", "INTERNAL, 500"
  })
  void failure_ofTheCall_hasItsStatusAndReason(Code code, int expected) throws Exception {
    fakes.answer = () -> fail(code, ErrorInfo.newBuilder().setReason("SOMETHING").build());

    var answer = post("/v1/quota:check", "{}");

    var body = assertFailure(answer, expected, "SOMETHING", "");
    assertThat(body.get("status").asText()).isEqualTo(code.name());
    assertThat(body.get("message").asText()).isEqualTo("Why.");
    assertThat(body.get("details").get(0).get("@type").asText()).endsWith("google.rpc.ErrorInfo");
  }

  @Test
  void failure_withRetryInfo_hasRetryAfterRoundedUp() throws Exception {
    var retry =
        RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder().setSeconds(1).setNanos(1));
    fakes.answer =
        () -> fail(Code.UNAVAILABLE, ErrorInfo.newBuilder().setReason("X").build(), retry.build());

    assertThat(post("/v1/quota:check", "{}").headers().firstValue("retry-after")).hasValue("2");
  }

  @Test
  void failure_withoutDetails_stillHasOneReason() throws Exception {
    fakes.answer =
        () -> {
          throw new IllegalStateException("a handler without interceptors");
        };

    var body = assertFailure(post("/v1/quota:check", "{}"), 500, "BUG", "");

    assertThat(body.get("details")).hasSize(1);
    assertThat(body.toString()).doesNotContain("interceptors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1",
        "/v1/quota",
        "/v1/budgets/",
        "/v1/budgets/a/b",
        "/v1/budgets/a:b",
        "/v1/usage:stream",
        "/tollgate.quota.v1.QuotaService/CheckQuota",
        "/v1/../etc/passwd",
        "//v1/budgets",
        "/v1/budgets?x=/a"
      })
  void route_unknown_isNotFound(String path) throws Exception {
    if (path.contains("?")) {
      // The path of a list that has no such parameter is a route all the same.
      assertFailure(get(path), 400, "FIELD_INVALID", "x");
    } else {
      assertFailure(get(path), 404, "ROUTE_UNKNOWN", "");
    }
  }

  @Test
  void route_streaming_isNotServed() throws Exception {
    assertFailure(
        post("/tollgate.ingest.v1.IngestService/StreamUsage", "{}"), 404, "ROUTE_UNKNOWN", "");
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /v1/budgets, 'GET, POST, PUT'",
    "GET, /v1/quota:check, POST",
    "POST, /healthz, GET",
    "POST, /page.js, GET"
  })
  void verb_wrong_is405WithAllow(String verb, String path, String allowed) throws Exception {
    var answer = send(request(path).method(verb, HttpRequest.BodyPublishers.noBody()));

    assertFailure(answer, 405, "METHOD_UNKNOWN", "");
    assertThat(answer.headers().firstValue("allow")).hasValue(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "nonsense",
        "{} {}",
        "[]",
        "3",
        "\"text\"",
        "null",
        "{'requestId':'a'}",
        "{requestId:1}",
        "{\"requestId\":\"a\",\"requestId\":\"b\"}",
        "{\"inputTokens\":NaN}",
        "{\"inputTokens\":Infinity}",
        "{\"inputTokens\":01}",
        "{\"requestId\":\"\\ud800\"}",
        "{\"requestId\":\"a\nb\"}",
        "\u0000",
        "{\"requestId\":\"a\",\"request_id\":\"a\"}",
        "// {}"
      })
  void body_notTheRoutesJson_isBodyInvalid(String body) throws Exception {
    assertFailure(post("/v1/quota:check", body), 400, "BODY_INVALID", "");
    assertThat(fakes.asked).isEmpty();
  }

  @Test
  void body_deep_isBodyInvalid() throws Exception {
    assertFailure(post("/v1/quota:check", "[".repeat(60_000)), 400, "BODY_INVALID", "");
    var nested = "{\"dimensions\":".repeat(3_000) + "1" + "}".repeat(3_000);
    assertFailure(post("/v1/quota:check", nested), 400, "BODY_INVALID", "");
  }

  @Test
  void body_numberOfManyDigits_isBodyInvalid() throws Exception {
    var body = "{\"inputTokens\":" + "9".repeat(60_000) + "}";

    assertFailure(post("/v1/quota:check", body), 400, "BODY_INVALID", "");
  }

  @Test
  void body_notUtf8_isBodyInvalid() throws Exception {
    var latin = "{\"requestId\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);

    assertFailure(
        send(request("/v1/quota:check").POST(HttpRequest.BodyPublishers.ofByteArray(latin))),
        400,
        "BODY_INVALID",
        "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"inptu\":1} | inptu",
        "{\"dimensions\":{\"modle\":\"m\"}} | dimensions.modle",
        "{\"dimensions\":7} | dimensions",
        "{\"dimensions\":{\"tags\":{\"k\":1.5,\"l\":{}}}} | dimensions.tags[l]",
        "{\"dimensions\":{\"tags\":[]}} | dimensions.tags",
        "{\"inputTokens\":1e400} | input_tokens",
        "{\"inputTokens\":1e999999999} | input_tokens",
        "{\"inputTokens\":-1e999999999} | input_tokens",
        "{\"inputTokens\":9223372036854775808} | input_tokens",
        "{\"inputTokens\":1.5} | input_tokens",
        "{\"inputTokens\":\"NaN\"} | input_tokens",
        "{\"inputTokens\":\"\"} | input_tokens",
        "{\"inputTokens\":true} | input_tokens",
        "{\"inputTokens\":[]} | input_tokens",
        "{\"requestId\":{}} | request_id",
        "{\"holdDuration\":\"NaNs\"} | hold_duration",
        "{\"holdDuration\":5} | hold_duration",
        "{\"holdDuration\":\"99999999999999s\"} | hold_duration",
      })
  void field_malformed_isNamed(String body, String field) throws Exception {
    assertFailure(post("/v1/quota:check", body), 400, "FIELD_INVALID", field);
    assertThat(fakes.asked).isEmpty();
  }

  @Test
  void fields_malformed_areAllNamed() throws Exception {
    var budget =
        """
        {"budget": {"limits": [{"tokens": "1"}, {"tokens": "x"}, {"tokens": 1, "requests": 2}],
                    "groupBy": ["a", 3, {}], "createTime": "yesterday"}}
        """;

    var body =
        assertFailure(post("/v1/budgets", budget), 400, "FIELD_INVALID", "budget.limits[1].tokens");

    assertThat(fields(body))
        .containsExactly(
            "budget.limits[1].tokens",
            "budget.limits[2]",
            "budget.group_by[2]",
            "budget.create_time");
  }

  @Test
  void number_negativeOrInExponentForm_isLeftToTheService() throws Exception {
    post("/v1/quota:check", "{\"inputTokens\":-5,\"maxOutputTokens\":1e3}");

    assertThat(fakes.asked.remove())
        .isEqualTo(
            CheckQuotaRequest.newBuilder().setInputTokens(-5).setMaxOutputTokens(1_000).build());
  }

  @Test
  void enumValue_unknown_isNamed() throws Exception {
    var body = "{\"roles\":[\"ROLE_READER\",\"ROLE_KING\"]}";

    assertFailure(post("/v1/apiKeys", body), 400, "FIELD_INVALID", "roles[1]");
  }

  @ParameterizedTest
  @CsvSource({
    "nope=1, nope",
    "pageSize=x, page_size",
    "pageSize=1&page_size=2, page_size",
    "pageSize=1&pageSize=2, pageSize",
    "page_size.x=1, page_size.x",
    "effectiveTime=1900, effective_time",
    "provider=%zz, provider",
    "=, query"
  })
  void query_malformed_isNamed(String query, String field) throws Exception {
    var answer = raw("GET /v1/prices?" + query + " HTTP/1.1\r\nauthorization: x");

    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"reason\":\"FIELD_INVALID\"");
    assertThat(answer).contains("\"field\":\"" + field + "\"");
  }

  @Test
  void query_besideAWholeBody_isFieldInvalid() throws Exception {
    assertFailure(post("/v1/quota:check?requestId=a", "{}"), 400, "FIELD_INVALID", "query");
  }

  @Test
  void body_whereNoneIsTaken_isBodyInvalid() throws Exception {
    var request = request("/v1/budgets").method("GET", HttpRequest.BodyPublishers.ofString("{}"));

    assertFailure(send(request), 400, "BODY_INVALID", "");
  }

  @Test
  void body_tooLarge_isRequestTooLargeAndTheConnectionLives() throws Exception {
    var body = "{\"requestId\":\"" + "a".repeat(4 * BODY_BYTES_MAX) + "\"}";

    assertFailure(post("/v1/quota:check", body), 413, "REQUEST_TOO_LARGE", "");
    assertThat(post("/v1/quota:check", "{}").statusCode()).isEqualTo(200);
  }

  @Test
  void path_badEscape_isFieldInvalid() throws Exception {
    assertThat(raw("GET /v1/budgets/%zz HTTP/1.1\r\nauthorization: x"))
        .startsWith("HTTP/1.1 400 ")
        .contains("\"reason\":\"FIELD_INVALID\"");
  }

  @Test
  void body_withoutCredential_isRefusedUnread() throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/v1/quota:check"))
            .POST(HttpRequest.BodyPublishers.ofString("{ no JSON"));

    assertFailure(send(request), 401, "CREDENTIALS_INVALID", "");
  }

  @Test
  void body_endless_isCutOff() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), http.port())) {
      var out = socket.getOutputStream();
      out.write(
          "POST /v1/quota:check HTTP/1.1\r\nhost: x\r\ncontent-length: 9999999999\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      var chunk = new byte[BODY_BYTES_MAX];
      var cutOff = false;
      for (int i = 0; i < 10_000 && !cutOff; i++) {
        try {
          out.write(chunk);
        } catch (java.io.IOException hungUp) {
          cutOff = true;
        }
      }
      assertThat(cutOff).isTrue();
    }
  }

  @Test
  void body_gzip_isInflated() throws Exception {
    var answer = send(gzip("{\"requestId\": \"a\"}".getBytes(StandardCharsets.UTF_8), "GZIP"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(fakes.asked)
        .containsExactly(CheckQuotaRequest.newBuilder().setRequestId("a").build());
  }

  @Test
  void body_gzipBomb_isRequestTooLarge() throws Exception {
    assertFailure(send(gzip(new byte[30_000_000], "gzip")), 413, "REQUEST_TOO_LARGE", "");
    assertThat(fakes.asked).isEmpty();
  }

  @Test
  void body_otherEncoding_isRefusedUnread() throws Exception {
    var answer = send(gzip(new byte[10], "br"));

    assertFailure(answer, 415, "BODY_INVALID", "");
    assertThat(answer.headers().firstValue("accept-encoding")).hasValue("gzip");
    assertFailure(
        send(gzip(new byte[10], "gzip").header("content-encoding", "gzip")),
        415,
        "BODY_INVALID",
        "");
  }

  @Test
  void body_noGzip_isBodyInvalid() throws Exception {
    var request =
        request("/v1/quota:check")
            .header("content-encoding", "gzip")
            .POST(HttpRequest.BodyPublishers.ofString("{}"));

    assertFailure(send(request), 400, "BODY_INVALID", "");
  }

  private HttpRequest.Builder gzip(byte[] body, String encoding) throws java.io.IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(body);
    }
    return request("/v1/quota:check")
        .header("content-encoding", encoding)
        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes.toByteArray()));
  }

  @Test
  void ownRoute_arrayOrObject_isReadOneByOne() throws Exception {
    var array = post("/v1/many", "[{\"requestId\":\"a\"}, {\"requestId\":7, \"x\":1}, 3]");

    assertThat(array.body()).startsWith("+(").contains("x: unknown").contains("3 (expected: an");
    assertThat(post("/v1/many", "{}").body()).isEqualTo("+");
    assertThat(fakes.asked).hasSize(2);
    assertThat(metadata.remove().get(key("authorization"))).isEqualTo("Bearer tg_a_b");
  }

  @Test
  void ownRoute_lines_areReadOneByOne() throws Exception {
    var answer = send(lines("{}\n\n  \n{ no JSON\r\n{}\r\n"));

    assertThat(answer.body()).startsWith("+(").endsWith(")+");
  }

  @Test
  void ownRoute_tooManyOrNoSuchJson_isRefusedWhole() throws Exception {
    assertFailure(send(lines("{}\n{}\n{}\n{}")), 413, "REQUEST_TOO_LARGE", "");
    assertFailure(post("/v1/many", "[{},{},{},{}]"), 413, "REQUEST_TOO_LARGE", "");
    assertFailure(post("/v1/many", "7"), 400, "BODY_INVALID", "");
    assertThat(fakes.asked).isEmpty();
  }

  @Test
  void ownRoute_otherwiseAsked_isRefused() throws Exception {
    assertFailure(get("/v1/many"), 405, "METHOD_UNKNOWN", "");
    assertFailure(
        send(lines("{}").setHeader("content-type", "text/plain")), 415, "BODY_INVALID", "");
    var unknown =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/v1/many"))
            .POST(HttpRequest.BodyPublishers.ofString("{ no JSON"));
    assertFailure(send(unknown), 401, "CREDENTIALS_INVALID", "");
  }

  @Test
  void ownRoute_failedCall_isAnsweredAsEverywhere() throws Exception {
    fakes.answer =
        () -> fail(Code.UNAVAILABLE, ErrorInfo.newBuilder().setReason("LOG_FULL").build());

    assertFailure(post("/v1/many", "{}"), 503, "LOG_FULL", "");
  }

  private HttpRequest.Builder lines(String body) {
    return request("/v1/many")
        .header("content-type", "Application/x-ndjson; charset=utf-8")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  @Test
  void http_malformed_isAnsweredInJson() throws Exception {
    assertThat(raw("GET / HTTP/9.9x")).contains("\"reason\":\"BODY_INVALID\"");
    assertThat(raw("GET /" + "a".repeat(20_000) + " HTTP/1.1"))
        .contains(" 414 ")
        .contains("\"reason\":\"REQUEST_TOO_LARGE\"");
    assertThat(raw("GET / HTTP/1.1\r\nx: " + "a".repeat(40_000)))
        .contains(" 431 ")
        .contains("\"reason\":\"REQUEST_TOO_LARGE\"");
  }

  @Test
  void file_askedForWithoutACredential_isServedAndRunsNothingElse() throws Exception {
    var uri = URI.create("http://127.0.0.1:" + http.port() + "/page.js");
    var answer = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("let a;");
    assertThat(answer.headers().firstValue("content-type")).hasValue("text/javascript");
    assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(answer.headers().firstValue("referrer-policy")).hasValue("no-referrer");
    assertThat(answer.headers().firstValue("content-security-policy").orElseThrow())
        .contains("default-src 'none'; script-src 'self';", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
  }

  @Test
  void health_andReadiness_followTheServer() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);

    ready.set(false);

    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(
            send(request("/readyz").method("HEAD", HttpRequest.BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(503);
  }

  @Test
  void metrics_afterACall_nameTheRouteNotThePath() throws Exception {
    fakes.answer = ListTenantsResponse::getDefaultInstance;
    get("/v1/tenants?pageSize=5");
    get("/v1/secret-path");

    var metrics = get("/metrics");

    assertThat(metrics.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain");
    assertThat(metrics.body())
        .contains("http_requests_seconds_count{route=\"/v1/tenants\",status=\"200\"} 1")
        .contains("http_requests_seconds_count{route=\"other\",status=\"404\"} 1")
        .doesNotContain("secret-path");
    assertThat(fakes.asked).containsExactly(ListTenantsRequest.newBuilder().setPageSize(5).build());
  }

  private Message fail(Code code, Message... details) {
    var status = com.google.rpc.Status.newBuilder().setCode(code.getNumber()).setMessage("Why.");
    for (var detail : details) {
      status.addDetails(Any.pack(detail));
    }
    throw StatusProto.toStatusRuntimeException(status.build());
  }

  private static JsonNode assertFailure(
      HttpResponse<String> answer, int status, String reason, String field) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    var body = Json.own(answer.body());
    assertThat(body.get("code").asInt()).isEqualTo(status);
    assertThat(body.get("reason").asText()).as(answer.body()).isEqualTo(reason);
    if (!field.isEmpty()) {
      assertThat(fields(body)).as(answer.body()).contains(field);
    }
    return body;
  }

  private static java.util.List<String> fields(JsonNode body) {
    return body.findValuesAsText("field");
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path).GET());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path))
        .version(HttpClient.Version.HTTP_1_1)
        .header("authorization", "Bearer tg_a_b")
        .timeout(java.time.Duration.ofSeconds(20));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /// What the server says to a request that no client would send.
  private String raw(String head) throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), http.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              (head + "\r\nhost: x\r\nconnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private final class Recorder implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      metadata.add(headers);
      contexts.add(Context.current());
      return Contexts.interceptCall(Context.current(), call, headers, next);
    }
  }
}
