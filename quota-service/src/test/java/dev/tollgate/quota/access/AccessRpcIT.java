package dev.tollgate.quota.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.AuthSettings;
import dev.tollgate.kernel.caller.Authentication;
import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.kernel.caller.StoredKey;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.server.Server;
import dev.tollgate.kernel.server.ServerSettings;
import dev.tollgate.proto.access.v1.AccessServiceGrpc;
import dev.tollgate.proto.access.v1.AccessServiceGrpc.AccessServiceBlockingStub;
import dev.tollgate.proto.access.v1.ApiKey;
import dev.tollgate.proto.access.v1.CreateApiKeyRequest;
import dev.tollgate.proto.access.v1.CreateApiKeyResponse;
import dev.tollgate.proto.access.v1.CreateTenantRequest;
import dev.tollgate.proto.access.v1.GetTenantRequest;
import dev.tollgate.proto.access.v1.ListApiKeysRequest;
import dev.tollgate.proto.access.v1.ListTenantsRequest;
import dev.tollgate.proto.access.v1.RevokeApiKeyRequest;
import dev.tollgate.proto.access.v1.Tenant;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StoresExtension.class)
class AccessRpcIT {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tollgate-tenant", Metadata.ASCII_STRING_MARSHALLER);

  private final SecureRandom random = new SecureRandom();
  private final String operator = KeyText.random(random).reveal();
  private final ClickHouse clickHouse;
  private final Authentication authentication;
  private final Server server;
  private final ManagedChannel channel;
  private String tenant = "";

  AccessRpcIT(Stores stores) {
    clickHouse =
        ClickHouse.connect(
            new ClickHouseSettings(
                stores.clickHouseUrl(),
                stores.database(),
                stores.clickHouseUser(),
                stores.clickHousePassword()));
    var meters = new SimpleMeterRegistry();
    authentication =
        Authentication.start(
            new AuthSettings(Map.of(Role.ROLE_OPERATOR, new Secret(operator)), List.of(), Map.of()),
            clickHouse,
            TimeSource.SYSTEM,
            meters);
    server =
        Server.start(
            ServerSettings.local(),
            authentication,
            () -> true,
            meters,
            TimeSource.SYSTEM,
            List.of(Access.wire(clickHouse, TimeSource.SYSTEM, random)));
    channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", server.grpcPort(), InsecureChannelCredentials.create())
            .build();
  }

  @BeforeEach
  void createTenant(TestInfo test) {
    tenant = "t-" + Integer.toHexString(test.getDisplayName().hashCode());
    assertThat(create(tenant, "Acme").getTenantId()).isEqualTo(tenant);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    authentication.close();
    clickHouse.close();
  }

  private AccessServiceBlockingStub with(String key, String... actsFor) {
    var metadata = new Metadata();
    metadata.put(AUTHORIZATION, "Bearer " + key);
    for (var named : actsFor) {
      metadata.put(TENANT, named);
    }
    return AccessServiceGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private Tenant create(String id, String name) {
    return with(operator)
        .createTenant(CreateTenantRequest.newBuilder().setTenantId(id).setDisplayName(name).build())
        .getTenant();
  }

  private static CreateApiKeyRequest admin(Map<String, String> pins) {
    return CreateApiKeyRequest.newBuilder()
        .setDisplayName("key")
        .addRoles(Role.ROLE_ADMIN)
        .putAllPinnedDimensions(pins)
        .build();
  }

  /// Makes a key as the operator and waits until the server accepts it.
  private CreateApiKeyResponse key(Map<String, String> pins) {
    var created = with(operator, tenant).createApiKey(admin(pins));
    await(Duration.ofSeconds(5), () -> accepted(created.getSecret()));
    return created;
  }

  private boolean accepted(String secret) {
    try {
      with(secret).getTenant(GetTenantRequest.getDefaultInstance());
      return true;
    } catch (StatusRuntimeException failed) {
      assertThat(reason(failed)).isEqualTo("CREDENTIALS_INVALID");
      return false;
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Duration atMost, Condition condition) {
    var end = Instant.now().plus(atMost);
    while (!condition.holds()) {
      assertThat(Instant.now()).as("the condition holds in time").isBefore(end);
    }
  }

  private static String reason(StatusRuntimeException failed) {
    var status = Objects.requireNonNull(StatusProto.fromThrowable(failed));
    var infos = new ArrayList<String>();
    try {
      for (var detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          infos.add(detail.unpack(ErrorInfo.class).getReason());
        }
      }
    } catch (com.google.protobuf.InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
    assertThat(infos).as(status.toString()).hasSize(1);
    return infos.getFirst();
  }

  private static com.google.rpc.Status assertReason(Reason reason, ThrowingCallable call) {
    var failed = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(failed).as("a failure").isNotNull();
    assertThat(reason(failed)).isEqualTo(reason.name());
    return Objects.requireNonNull(StatusProto.fromThrowable(failed));
  }

  private static void assertFields(ThrowingCallable call, String... fields) throws Exception {
    var status = assertReason(Reason.FIELD_INVALID, call);
    var bad = new ArrayList<String>();
    for (var detail : status.getDetailsList()) {
      if (detail.is(BadRequest.class)) {
        for (var violation : detail.unpack(BadRequest.class).getFieldViolationsList()) {
          assertThat(violation.getDescription()).contains("(expected: ");
          bad.add(violation.getField());
        }
      }
    }
    assertThat(bad).containsExactlyInAnyOrder(fields);
  }

  @Test
  void createTenant_again_isIdempotentByNameElseExists() {
    assertThat(create(tenant, "Acme")).isEqualTo(create(tenant, "Acme"));
    assertReason(Reason.TENANT_EXISTS, () -> create(tenant, "Other"));
  }

  @Test
  void createTenant_badInput_namesEachField() throws Exception {
    assertFields(() -> create("", ""), "tenant_id", "display_name");
    assertFields(() -> create("A'; DROP TABLE x", "n\0"), "tenant_id", "display_name");
    assertFields(() -> create("x".repeat(1 << 20), "y".repeat(129)), "tenant_id", "display_name");
  }

  @Test
  void getTenant_neverCreated_isUnknown() {
    assertReason(
        Reason.TENANT_UNKNOWN,
        () -> with(operator, "nobody").getTenant(GetTenantRequest.getDefaultInstance()));
    assertReason(
        Reason.TENANT_UNKNOWN, () -> with(operator, "nobody").createApiKey(admin(Map.of())));
    assertReason(
        Reason.TENANT_REQUIRED,
        () -> with(operator).getTenant(GetTenantRequest.getDefaultInstance()));
  }

  @Test
  void listTenants_pageByPage_bringsEachOnce() {
    var expected = new HashSet<String>();
    for (int i = 0; i < 7; i++) {
      expected.add(create("page-" + i, "Page").getTenantId());
    }
    var seen = new ArrayList<String>();
    var token = "";
    do {
      var page =
          with(operator)
              .listTenants(
                  ListTenantsRequest.newBuilder().setPageSize(3).setPageToken(token).build());
      assertThat(page.getTenantsCount()).isLessThanOrEqualTo(3);
      page.getTenantsList().forEach(each -> seen.add(each.getTenantId()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());

    assertThat(seen).isSorted().doesNotHaveDuplicates().containsAll(expected);
  }

  @Test
  void list_badPage_namesTheField() throws Exception {
    assertFields(
        () ->
            with(operator)
                .listTenants(
                    ListTenantsRequest.newBuilder().setPageSize(-1).setPageToken("%").build()),
        "page_size",
        "page_token");
    assertFields(
        () ->
            with(operator, tenant)
                .listApiKeys(
                    ListApiKeysRequest.newBuilder()
                        .setPageSize(1_001)
                        .setPageToken("x".repeat(1_000))
                        .build()),
        "page_size",
        "page_token");
  }

  @Test
  void createApiKey_secret_isShownOnceAndStoredAsAHash() {
    var created = with(operator, tenant).createApiKey(admin(Map.of("team", "search")));

    assertThat(created.getSecret()).startsWith("tg_" + created.getApiKey().getApiKeyId() + "_");
    var listed = with(operator, tenant).listApiKeys(ListApiKeysRequest.getDefaultInstance());
    assertThat(listed.getApiKeysList()).containsExactly(created.getApiKey());
    var stored =
        ControlTable.open(clickHouse, StoredKey.TABLE)
            .read(tenant, created.getApiKey().getApiKeyId())
            .orElseThrow();
    assertThat(stored.content())
        .contains(KeyText.parse(created.getSecret()).orElseThrow().hash())
        .doesNotContain(created.getSecret().substring(20));
  }

  @Test
  void createApiKey_badInput_namesEachField() throws Exception {
    var stub = with(operator, tenant);
    assertFields(
        () -> stub.createApiKey(CreateApiKeyRequest.getDefaultInstance()),
        "display_name",
        "roles (size)");
    assertFields(
        () ->
            stub.createApiKey(
                CreateApiKeyRequest.newBuilder()
                    .setDisplayName("x".repeat(3_000_000))
                    .addRoles(Role.ROLE_OPERATOR)
                    .addRoles(Role.ROLE_SERVICE)
                    .addRolesValue(99)
                    .addRoles(Role.ROLE_UNSPECIFIED)
                    .addRoles(Role.ROLE_READER)
                    .putPinnedDimensions("model", "gpt-4o")
                    .putPinnedDimensions("team", "")
                    .build()),
        "display_name",
        "roles[0]",
        "roles[1]",
        "roles[2]",
        "roles[3]",
        "pinned_dimensions (key)",
        "pinned_dimensions[team]");
    assertThat(stub.listApiKeys(ListApiKeysRequest.getDefaultInstance()).getApiKeysList())
        .isEmpty();
  }

  @Test
  void pinnedAdministrator_dealsOnlyWithKeysOfItsPins() {
    var teamA = key(Map.of("team", "a"));
    var teamB = key(Map.of("team", "b"));
    var free = key(Map.of());
    var stub = with(teamA.getSecret());

    var own = stub.createApiKey(admin(Map.of("team", "a", "environment", "prod"))).getApiKey();
    var listed = stub.listApiKeys(ListApiKeysRequest.getDefaultInstance()).getApiKeysList();
    assertThat(listed)
        .extracting(ApiKey::getApiKeyId)
        .containsExactlyInAnyOrder(own.getApiKeyId(), teamA.getApiKey().getApiKeyId());

    for (var pins : List.of(Map.<String, String>of(), Map.of("team", "b"))) {
      assertReason(Reason.DIMENSION_FORBIDDEN, () -> stub.createApiKey(admin(pins)));
    }
    for (var other : List.of(teamB, free)) {
      assertReason(Reason.API_KEY_UNKNOWN, () -> stub.revokeApiKey(revoke(other.getApiKey())));
    }
    assertThat(stub.revokeApiKey(revoke(own)).getApiKey().hasRevokeTime()).isTrue();
    assertThat(accepted(teamB.getSecret())).isTrue();
  }

  private static RevokeApiKeyRequest revoke(ApiKey key) {
    return RevokeApiKeyRequest.newBuilder().setApiKeyId(key.getApiKeyId()).build();
  }

  @Test
  void revokeApiKey_anotherTenants_isUnknown() {
    var own = key(Map.of());
    create(tenant + "-2", "Other");
    var other = with(operator, tenant + "-2").createApiKey(admin(Map.of())).getApiKey();

    assertReason(Reason.API_KEY_UNKNOWN, () -> with(own.getSecret()).revokeApiKey(revoke(other)));
    assertReason(
        Reason.TENANT_FORBIDDEN,
        () -> with(own.getSecret(), tenant + "-2").revokeApiKey(revoke(other)));
    assertReason(
        Reason.ROLE_FORBIDDEN,
        () -> with(own.getSecret()).listTenants(ListTenantsRequest.getDefaultInstance()));
  }

  @Test
  void revokeApiKey_badOrUnknownId_saysWhich() throws Exception {
    var stub = with(operator, tenant);
    assertFields(() -> stub.revokeApiKey(RevokeApiKeyRequest.getDefaultInstance()), "api_key_id");
    assertReason(
        Reason.API_KEY_UNKNOWN,
        () ->
            stub.revokeApiKey(
                RevokeApiKeyRequest.newBuilder().setApiKeyId("abcdefghijklmnop").build()));
  }

  @Test
  void revokeApiKey_aKeyInUse_isRefusedWithinFiveSeconds() {
    var key = key(Map.of());
    var first = with(operator, tenant).revokeApiKey(revoke(key.getApiKey())).getApiKey();

    await(Duration.ofSeconds(5), () -> !accepted(key.getSecret()));

    assertThat(first.hasRevokeTime()).isTrue();
    assertThat(with(operator, tenant).revokeApiKey(revoke(key.getApiKey())).getApiKey())
        .isEqualTo(first);
    assertThat(
            with(operator, tenant)
                .listApiKeys(ListApiKeysRequest.getDefaultInstance())
                .getApiKeysList())
        .containsExactly(first);
  }
}
