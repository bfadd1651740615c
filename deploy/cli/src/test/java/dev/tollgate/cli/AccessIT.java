package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.tollgate.cli.standalone.DataDirectory;
import dev.tollgate.cli.standalone.Part;
import dev.tollgate.cli.standalone.Standalone;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import dev.tollgate.proto.access.v1.CreateApiKeyRequest;
import dev.tollgate.proto.access.v1.CreateApiKeyResponse;
import dev.tollgate.proto.access.v1.CreateTenantRequest;
import dev.tollgate.proto.access.v1.GetTenantRequest;
import dev.tollgate.proto.access.v1.ListApiKeysRequest;
import dev.tollgate.proto.access.v1.RevokeApiKeyRequest;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.ListBudgetsRequest;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.secret.Secret;
import dev.tollgate.time.TimeSource;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Who may do what, on the whole standalone, by gRPC without generated code and by JSON.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessIT {
  private static final String QUOTA = "tollgate.quota.v1.QuotaService";
  private static final String BUDGETS = "tollgate.budget.v1.BudgetService";
  private static final String CHECK =
      """
      {"requestId": "%s", "inputTokens": 100, "maxOutputTokens": 50,
       "dimensions": {"provider": "openai", "model": "gpt-4o", "team": "search"}}
      """;
  private static final Duration REVOKED_WITHIN = Duration.ofSeconds(5);

  private final HttpClient http = HttpClient.newHttpClient();
  private DataDirectory directory;
  private Standalone standalone;
  private TollgateClient operator;
  private ManagedChannel channel;
  private Secret acme;
  private Secret globex;

  @BeforeAll
  void start(@TempDir Path folder) {
    directory = DataDirectory.open(folder.resolve("data"));
    var options =
        new Standalone.Options(
            0,
            Optional.empty(),
            Optional.empty(),
            Duration.ofHours(1),
            Map.of("PATH", System.getenv("PATH")),
            Commands.ROOT);
    standalone = Standalone.start(directory, options, TimeSource.SYSTEM, new SecureRandom());
    operator = TollgateClient.connect(standalone.endpoints(), standalone.keys().operator());
    channel = ManagedChannelBuilder.forTarget(standalone.grpc(Part.QUOTA)).usePlaintext().build();
    acme = tenant("acme");
    globex = tenant("globex");
    budget(operator.withKey(acme), "search-budget", "search");
    budget(operator.withKey(acme), "support-budget", "support");
  }

  @AfterAll
  void stop() {
    channel.shutdownNow();
    operator.close();
    standalone.close();
    directory.close();
  }

  @Test
  void reflection_ofEachService_listsIt() {
    assertThat(new Reflection(with(acme)).services())
        .contains(QUOTA, BUDGETS, "tollgate.access.v1.AccessService");
    for (var expected :
        Map.of(
                Part.PRICING, "tollgate.pricing.v1.PricingService",
                Part.INGEST, "tollgate.ingest.v1.IngestService",
                Part.QUERY, "tollgate.query.v1.QueryService")
            .entrySet()) {
      var other =
          ManagedChannelBuilder.forTarget(standalone.grpc(expected.getKey()))
              .usePlaintext()
              .build();
      assertThat(new Reflection(ClientInterceptors.intercept(other, header(acme))).services())
          .contains(expected.getValue());
      other.shutdownNow();
    }
  }

  @Test
  void checkQuota_byReflection_isAllowed() throws Exception {
    var answer = new Reflection(with(acme)).call(QUOTA, "CheckQuota", CHECK.formatted("grpc-1"));

    var allowed = new ObjectMapper().readTree(answer).get("allowed");
    assertThat(allowed.get("maxOutputTokens").asInt()).isEqualTo(50);
    assertThat(allowed.get("heldCost").get("amount").asText()).isEqualTo("0.000750000000");
  }

  @Test
  void checkQuota_byJson_isAllowed() throws Exception {
    var response = post("/v1/quota:check", Optional.of(acme), CHECK.formatted("http-1"));

    assertThat(response.statusCode()).isEqualTo(200);
    var allowed = new ObjectMapper().readTree(response.body()).get("allowed");
    assertThat(allowed.get("heldCost").get("amount").asText()).isEqualTo("0.000750000000");
  }

  @Test
  void call_withoutKey_isUnauthenticated() throws Exception {
    assertFails(channel, QUOTA, "CheckQuota", CHECK.formatted("k-1"), "CREDENTIALS_INVALID");
    assertFails(channel, BUDGETS, "ListBudgets", "{}", "CREDENTIALS_INVALID");

    var response = post("/v1/quota:check", Optional.empty(), CHECK.formatted("k-2"));
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body())
        .contains("CREDENTIALS_INVALID")
        .containsOnlyOnce("google.rpc.ErrorInfo");
  }

  @Test
  void call_withARevokedKey_isUnauthenticatedWithinFiveSeconds() throws Exception {
    var created = key(operator.forTenant("acme"), Map.of(), Role.ROLE_CALLER);
    var secret = new Secret(created.getSecret());
    awaitKnown(secret);
    operator
        .forTenant("acme")
        .revokeApiKey(
            RevokeApiKeyRequest.newBuilder()
                .setApiKeyId(created.getApiKey().getApiKeyId())
                .build());
    var revoked = System.nanoTime();

    while (isAccepted(secret)) {
      assertThat(Duration.ofNanos(System.nanoTime() - revoked)).isLessThan(REVOKED_WITHIN);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    assertFails(with(secret), QUOTA, "CheckQuota", CHECK.formatted("r-1"), "CREDENTIALS_INVALID");
    var response = post("/v1/quota:check", Optional.of(secret), CHECK.formatted("r-2"));
    assertThat(response.statusCode()).isEqualTo(401);
  }

  @Test
  void budget_ofAnotherTenant_isNotFoundAsOneThatIsNot() throws Exception {
    var theirs =
        assertFails(
            with(globex),
            BUDGETS,
            "GetBudget",
            "{\"budgetId\": \"search-budget\"}",
            "BUDGET_UNKNOWN");
    var none =
        assertFails(
            with(globex),
            BUDGETS,
            "GetBudget",
            "{\"budgetId\": \"search-budgex\"}",
            "BUDGET_UNKNOWN");

    assertThat(String.valueOf(theirs.getMessage()).replace("search-budget", "X"))
        .isEqualTo(String.valueOf(none.getMessage()).replace("search-budgex", "X"));
    var response = get("/v1/budgets/search-budget", globex);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("BUDGET_UNKNOWN").containsOnlyOnce("google.rpc.ErrorInfo");
  }

  @Test
  void teamAdministrator_anotherTeam_isNeitherSeenNorChanged() {
    var created =
        key(
            operator.forTenant("acme"),
            Map.of("team", "search"),
            Role.ROLE_ADMIN,
            Role.ROLE_READER,
            Role.ROLE_CALLER);
    var secret = new Secret(created.getSecret());
    awaitKnown(secret);
    var administrator = operator.withKey(secret);

    assertThat(administrator.getBudget(get("search-budget")).getBudget().getBudgetId())
        .isEqualTo("search-budget");
    assertReason("BUDGET_UNKNOWN", () -> administrator.getBudget(get("support-budget")));
    assertThat(administrator.listBudgets(ListBudgetsRequest.getDefaultInstance()).getBudgetsList())
        .extracting(Budget::getBudgetId)
        .contains("search-budget")
        .doesNotContain("support-budget");
    assertReason("DIMENSION_FORBIDDEN", () -> budget(administrator, "mine", "support"));
    assertReason(
        "DIMENSION_FORBIDDEN",
        () -> key(administrator, Map.of("team", "support"), Role.ROLE_CALLER));
    assertReason("DIMENSION_FORBIDDEN", () -> key(administrator, Map.of(), Role.ROLE_CALLER));
    var keys =
        administrator.access(stub -> stub.listApiKeys(ListApiKeysRequest.getDefaultInstance()));
    assertThat(keys.getApiKeysList())
        .allMatch(key -> "search".equals(key.getPinnedDimensionsMap().get("team")));
  }

  @Test
  void teamAdministrator_keyOfAnotherTeam_isUnknown() {
    var other = key(operator.forTenant("acme"), Map.of("team", "support"), Role.ROLE_CALLER);
    var mine =
        key(
            operator.forTenant("acme"),
            Map.of("team", "search"),
            Role.ROLE_ADMIN,
            Role.ROLE_CALLER);
    var secret = new Secret(mine.getSecret());
    awaitKnown(secret);

    assertReason(
        "API_KEY_UNKNOWN",
        () ->
            operator
                .withKey(secret)
                .revokeApiKey(
                    RevokeApiKeyRequest.newBuilder()
                        .setApiKeyId(other.getApiKey().getApiKeyId())
                        .build()));
  }

  private static GetBudgetRequest get(String budget) {
    return GetBudgetRequest.newBuilder().setBudgetId(budget).build();
  }

  private Secret tenant(String id) {
    operator.createTenant(
        CreateTenantRequest.newBuilder().setTenantId(id).setDisplayName(id).build());
    var created =
        key(operator.forTenant(id), Map.of(), Role.ROLE_CALLER, Role.ROLE_READER, Role.ROLE_ADMIN);
    var secret = new Secret(created.getSecret());
    awaitKnown(secret);
    return secret;
  }

  private static CreateApiKeyResponse key(
      TollgateClient client, Map<String, String> pins, Role... roles) {
    return client.createApiKey(
        CreateApiKeyRequest.newBuilder()
            .setDisplayName("test")
            .addAllRoles(List.of(roles))
            .putAllPinnedDimensions(pins)
            .build());
  }

  private static void budget(TollgateClient client, String id, String team) {
    client.createBudget(
        CreateBudgetRequest.newBuilder()
            .setBudget(
                Budget.newBuilder()
                    .setBudgetId(id)
                    .setDisplayName(id)
                    .putSelector("team", team)
                    .setWindow(Window.newBuilder().setLifetime(Lifetime.getDefaultInstance()))
                    .addLimits(Limit.newBuilder().setRequests(1_000)))
            .build());
  }

  private void awaitKnown(Secret key) {
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!isAccepted(key)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private boolean isAccepted(Secret key) {
    try {
      operator.withKey(key).access(stub -> stub.getTenant(GetTenantRequest.getDefaultInstance()));
      return true;
    } catch (TollgateException refused) {
      assertThat(refused.reason()).isEqualTo("CREDENTIALS_INVALID");
      return false;
    }
  }

  private static void assertReason(String reason, Runnable call) {
    try {
      call.run();
    } catch (TollgateException refused) {
      assertThat(refused.reason()).isEqualTo(reason);
      return;
    }
    throw new AssertionError("expected a failure: " + reason);
  }

  /// Exactly one ErrorInfo, with this reason.
  private static StatusRuntimeException assertFails(
      Channel channel, String service, String method, String json, String reason) throws Exception {
    try {
      new Reflection(channel).call(service, method, json);
    } catch (StatusRuntimeException failure) {
      var status = Objects.requireNonNull(StatusProto.fromThrowable(failure));
      var infos = status.getDetailsList().stream().filter(d -> d.is(ErrorInfo.class)).toList();
      assertThat(infos).hasSize(1);
      for (Any info : infos) {
        assertThat(info.unpack(ErrorInfo.class).getReason()).isEqualTo(reason);
        assertThat(info.unpack(ErrorInfo.class).getDomain()).isEqualTo("tollgate.dev");
      }
      var expected =
          reason.endsWith("_UNKNOWN") ? Status.Code.NOT_FOUND : Status.Code.UNAUTHENTICATED;
      assertThat(failure.getStatus().getCode()).isEqualTo(expected);
      return failure;
    }
    throw new AssertionError("expected a failure: " + reason);
  }

  private Channel with(Secret key) {
    return ClientInterceptors.intercept(channel, header(key));
  }

  private static ClientInterceptor header(Secret key) {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + key.reveal());
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  private HttpResponse<String> post(String path, Optional<Secret> key, String body)
      throws Exception {
    var request =
        HttpRequest.newBuilder(standalone.http(Part.QUOTA).resolve(path))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body));
    key.ifPresent(secret -> request.header("authorization", "Bearer " + secret.reveal()));
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path, Secret key) throws Exception {
    var request =
        HttpRequest.newBuilder(standalone.http(Part.QUOTA).resolve(path))
            .header("authorization", "Bearer " + key.reveal());
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
