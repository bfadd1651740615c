package dev.tollgate.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.BadRequest;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.access.v1.AccessServiceGrpc;
import dev.tollgate.proto.access.v1.AccessServiceGrpc.AccessServiceImplBase;
import dev.tollgate.proto.access.v1.CreateApiKeyRequest;
import dev.tollgate.proto.access.v1.CreateApiKeyResponse;
import dev.tollgate.proto.access.v1.GetTenantRequest;
import dev.tollgate.proto.access.v1.GetTenantResponse;
import dev.tollgate.proto.access.v1.ListTenantsRequest;
import dev.tollgate.proto.access.v1.ListTenantsResponse;
import dev.tollgate.proto.access.v1.Tenant;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc.IngestServiceImplBase;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageResponse;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerTest {
  private final Handler handler = new Handler();
  private final Running running =
      new Running(Map.of("DEADLINE_DEFAULT", "PT0.3S", "DRAIN", "PT5S"), handler, new Streams());

  /// Does what a test tells it.
  private static final class Handler extends AccessServiceImplBase {
    volatile Runnable action = () -> {};
    volatile Throwable later = new IllegalStateException("not told");

    @Override
    public void getTenant(GetTenantRequest request, StreamObserver<GetTenantResponse> observer) {
      action.run();
      var tenant = Tenant.newBuilder().setTenantId(Caller.current().tenant());
      observer.onNext(GetTenantResponse.newBuilder().setTenant(tenant).build());
      observer.onCompleted();
    }

    @Override
    public void createApiKey(
        CreateApiKeyRequest request, StreamObserver<CreateApiKeyResponse> observer) {
      observer.onError(later);
    }

    @Override
    public void listTenants(
        ListTenantsRequest request, StreamObserver<ListTenantsResponse> observer) {
      observer.onNext(ListTenantsResponse.getDefaultInstance());
      observer.onCompleted();
    }
  }

  /// Acknowledges; never ends a stream by itself.
  private static final class Streams extends IngestServiceImplBase {
    @Override
    public StreamObserver<StreamUsageRequest> streamUsage(
        StreamObserver<StreamUsageResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(StreamUsageRequest request) {
          if (request.getSequence() == 0) {
            throw Failure.invalid("sequence", "0 (expected: > 0)");
          }
          answers.onNext(
              StreamUsageResponse.newBuilder().setAckedSequence(request.getSequence()).build());
        }

        @Override
        public void onError(Throwable ended) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }

  /// What a stream brought, and how it ended.
  private static final class Received implements StreamObserver<StreamUsageResponse> {
    final CountDownLatch first = new CountDownLatch(1);
    final CompletableFuture<Throwable> end = new CompletableFuture<>();

    @Override
    public void onNext(StreamUsageResponse response) {
      first.countDown();
    }

    @Override
    public void onError(Throwable ended) {
      end.complete(ended);
    }

    @Override
    public void onCompleted() {
      end.complete(new AssertionError("no failure"));
    }

    void throwEnd() throws Throwable {
      throw end.get(10, TimeUnit.SECONDS);
    }
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private String tenant(String... metadata) {
    return AccessServiceGrpc.newBlockingStub(running.with(metadata))
        .getTenant(GetTenantRequest.getDefaultInstance())
        .getTenant()
        .getTenantId();
  }

  private String tenantAs(String bearer) {
    return tenant("authorization", "Bearer " + bearer);
  }

  @Test
  void call_goodCredential_reachesTheHandlerWithItsTenant() {
    assertThat(tenantAs("CALLER/acme")).isEqualTo("acme");
    assertThat(tenant("authorization", "bearer  READER/acme ")).isEqualTo("acme");
  }

  @Test
  void call_withoutGoodCredential_isCredentialsInvalid() {
    Details.of(Reason.CREDENTIALS_INVALID, this::tenant);
    Details.of(Reason.CREDENTIALS_INVALID, () -> tenantAs("nobody"));
    Details.of(Reason.CREDENTIALS_INVALID, () -> tenant("authorization", "Basic CALLER/acme"));
  }

  @Test
  void call_roleNotInTheRule_isRoleForbidden() {
    Details.of(
        Reason.ROLE_FORBIDDEN,
        () ->
            AccessServiceGrpc.newBlockingStub(running.as("ADMIN/acme"))
                .listTenants(ListTenantsRequest.getDefaultInstance()));
    AccessServiceGrpc.newBlockingStub(running.as("OPERATOR"))
        .listTenants(ListTenantsRequest.getDefaultInstance());
  }

  @Test
  void call_tenantNamedByOperatorOrService_actsForIt() {
    assertThat(tenant("authorization", "Bearer OPERATOR", "tollgate-tenant", "acme"))
        .isEqualTo("acme");
    assertThat(tenant("authorization", "Bearer SERVICE", "tollgate-tenant", "acme"))
        .isEqualTo("acme");
    Details.of(Reason.TENANT_REQUIRED, () -> tenantAs("SERVICE"));
    Details.of(Reason.TENANT_REQUIRED, () -> tenantAs("OPERATOR"));
    Details.of(
        Reason.FIELD_INVALID,
        () -> tenant("authorization", "Bearer SERVICE", "tollgate-tenant", "A'B"));
  }

  @Test
  void call_tenantNamedByAnyOtherRole_isTenantForbidden() {
    for (var bearer : List.of("CALLER/acme", "READER/acme", "ADMIN/acme")) {
      Details.of(
          Reason.TENANT_FORBIDDEN,
          () -> tenant("authorization", "Bearer " + bearer, "tollgate-tenant", "other"));
      Details.of(
          Reason.TENANT_FORBIDDEN,
          () -> tenant("authorization", "Bearer " + bearer, "tollgate-tenant", "acme"));
    }
  }

  @Test
  void call_actorNamedByService_isOnItsAccount() {
    var accounts = new CopyOnWriteArrayList<String>();
    handler.action = () -> accounts.add(Caller.current().keyId());

    onAccountOf("alert-route:stop", "SERVICE/acme");
    tenantAs("SERVICE/acme");
    assertThat(accounts).containsExactly("alert-route:stop", "key");
    for (var actor : List.of("", "a b", "x".repeat(129))) {
      Details.of(Reason.FIELD_INVALID, () -> onAccountOf(actor, "SERVICE/acme"));
    }
  }

  @Test
  void call_actorNamedByAnyOtherRole_isRoleForbidden() {
    for (var bearer : List.of("CALLER/acme", "READER/acme", "ADMIN/acme", "OPERATOR/acme")) {
      Details.of(Reason.ROLE_FORBIDDEN, () -> onAccountOf("ann", bearer));
      Details.of(Reason.ROLE_FORBIDDEN, () -> onAccountOf("key", bearer));
    }
  }

  private void onAccountOf(String actor, String bearer) {
    var _ = tenant("authorization", "Bearer " + bearer, "tollgate-actor", actor);
  }

  @Test
  void failure_ofEachKind_carriesWhatItsKindAdds() {
    var invalid =
        failing(
            Failure.invalid(List.of(new Violation("a", "1"), new Violation("b", "2"))),
            Reason.FIELD_INVALID);
    assertThat(invalid.all(BadRequest.class).getFirst().getFieldViolationsList())
        .extracting(BadRequest.FieldViolation::getField)
        .containsExactly("a", "b");

    var away =
        failing(
            Failure.retryable(Reason.STORE_UNAVAILABLE, "away", Duration.ofMillis(1_500)),
            Reason.STORE_UNAVAILABLE);
    var delay = away.all(RetryInfo.class).getFirst().getRetryDelay();
    assertThat(delay.getSeconds()).isEqualTo(1);
    assertThat(delay.getNanos()).isEqualTo(500_000_000);

    var unknown = failing(Failure.of(Reason.API_KEY_UNKNOWN, "x"), Reason.API_KEY_UNKNOWN);
    assertThat(unknown.all(ResourceInfo.class).getFirst().getResourceType()).isEqualTo("api_key");

    var settled = failing(Failure.of(Reason.ALREADY_SETTLED, "x"), Reason.ALREADY_SETTLED);
    assertThat(settled.all(PreconditionFailure.class)).hasSize(1);
    assertThat(settled.status().getMessage()).isEqualTo("x");
  }

  private Details failing(Failure failure, Reason reason) {
    handler.action =
        () -> {
          throw failure;
        };
    return Details.of(reason, () -> tenantAs("CALLER/acme"));
  }

  @Test
  void failure_thousandsOfLongViolations_fitsTheTrailers() {
    var violations = new ArrayList<Violation>();
    for (int i = 0; i < 5_000; i++) {
      violations.add(new Violation("field-" + i, "x".repeat(10_000)));
    }

    failing(Failure.invalid(violations), Reason.FIELD_INVALID);
  }

  @Test
  void failure_longTextOfWideCharacters_fitsTheTrailers() {
    var wide = "\uD83D\uDE00".repeat(2_000);

    var unknown = failing(Failure.of(Reason.MODEL_UNKNOWN, wide), Reason.MODEL_UNKNOWN);
    assertThat(unknown.status().getMessage().getBytes(StandardCharsets.UTF_8).length)
        .isBetween(490, 500);
    var violations = new ArrayList<Violation>();
    for (int i = 0; i < 5_000; i++) {
      violations.add(new Violation(i % 2 == 0 ? "" : wide, i % 2 == 0 ? "" : wide));
    }
    failing(Failure.invalid(violations), Reason.FIELD_INVALID);
    failing(
        Failure.invalid(Collections.nCopies(5_000, new Violation("a", "b"))), Reason.FIELD_INVALID);
  }

  @Test
  void bug_thrownOrReported_saysNothingOfItsCause() {
    handler.action =
        () -> {
          throw new IllegalStateException("secret");
        };
    var thrown = Details.of(Reason.BUG, () -> tenantAs("CALLER/acme"));
    assertThat(thrown.status().toString()).doesNotContain("secret");

    for (var bug :
        List.of(
            new IllegalStateException("secret"),
            new StatusRuntimeException(Status.PERMISSION_DENIED.withDescription("secret")))) {
      handler.later = bug;
      var reported = Details.of(Reason.BUG, this::create);
      assertThat(reported.status().toString()).doesNotContain("secret");
    }
  }

  @Test
  void failure_reportedLater_isTheSameAsThrown() {
    handler.later = Failure.of(Reason.WRITE_CONFLICT, "again");

    Details.of(Reason.WRITE_CONFLICT, this::create);
  }

  private void create() {
    AccessServiceGrpc.newBlockingStub(running.as("ADMIN/acme"))
        .createApiKey(CreateApiKeyRequest.getDefaultInstance());
  }

  @Test
  void call_unknownMethod_isMethodUnknown() {
    Details.of(
        Reason.METHOD_UNKNOWN,
        () ->
            AccessServiceGrpc.newBlockingStub(running.as("ADMIN/acme"))
                .revokeApiKey(
                    dev.tollgate.proto.access.v1.RevokeApiKeyRequest.getDefaultInstance()));
    Details.of(Reason.METHOD_UNKNOWN, () -> raw("no.such.Service/Method", new byte[3]));
    Details.of(
        Reason.METHOD_UNKNOWN, () -> raw("tollgate.access.v1.AccessService/Nope", new byte[3]));
  }

  @Test
  void call_bytesThatAreNoMessage_isBodyInvalid() {
    Details.of(
        Reason.BODY_INVALID,
        () -> raw("tollgate.access.v1.AccessService/CreateApiKey", new byte[] {10, 100, 1}));
  }

  @Test
  void call_tooLarge_isRequestTooLarge() {
    Details.of(
        Reason.REQUEST_TOO_LARGE,
        () -> raw("tollgate.access.v1.AccessService/CreateApiKey", new byte[10 << 20]));
  }

  @Test
  void call_tooLargeOnceDecompressed_isRequestTooLarge() {
    var stub = AccessServiceGrpc.newBlockingStub(running.as("ADMIN/acme")).withCompression("gzip");
    handler.later = Failure.of(Reason.WRITE_CONFLICT, "reached the handler");

    Details.of(Reason.REQUEST_TOO_LARGE, () -> stub.createApiKey(named("x".repeat((4 << 20) + 1))));
    Details.of(Reason.WRITE_CONFLICT, () -> stub.createApiKey(named("x".repeat(4 << 19))));
  }

  private static CreateApiKeyRequest named(String name) {
    return CreateApiKeyRequest.newBuilder().setDisplayName(name).build();
  }

  private void raw(String method, byte[] body) {
    var bytes =
        new MethodDescriptor.Marshaller<byte[]>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            return new byte[0];
          }
        };
    var descriptor =
        MethodDescriptor.newBuilder(bytes, bytes)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method)
            .build();
    ClientCalls.blockingUnaryCall(
        running.as("ADMIN/acme"),
        descriptor,
        CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
        body);
  }

  @Test
  void call_tooMuchMetadata_isRefused() {
    assertThatThrownBy(() -> tenant("x-padding", "x".repeat(9_000)))
        .isInstanceOf(StatusRuntimeException.class);
  }

  @Test
  void call_withoutDeadline_endsWithTheDefaultOne() {
    var release = new CountDownLatch(1);
    handler.action =
        () -> {
          try {
            release.await();
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
        };

    Details.of(Reason.DEADLINE_EXCEEDED, () -> tenantAs("CALLER/acme"));
    release.countDown();
  }

  @Test
  void stream_failureInAMessage_endsTheStream() {
    var received = new Received();
    var requests = IngestServiceGrpc.newStub(running.as("CALLER/acme")).streamUsage(received);
    requests.onNext(StreamUsageRequest.newBuilder().setSequence(1).build());
    requests.onNext(StreamUsageRequest.newBuilder().setSequence(0).build());

    Details.of(Reason.FIELD_INVALID, received::throwEnd);
    assertThat(received.first.getCount()).isZero();
  }

  @Test
  void stream_credentialRevokedMeanwhile_endsWithTheNextMessage() throws Exception {
    var received = new Received();
    var requests = IngestServiceGrpc.newStub(running.as("CALLER/acme")).streamUsage(received);
    requests.onNext(StreamUsageRequest.newBuilder().setSequence(1).build());
    assertThat(received.first.await(10, TimeUnit.SECONDS)).isTrue();

    running.revoked.add("CALLER/acme");
    requests.onNext(StreamUsageRequest.newBuilder().setSequence(2).build());

    Details.of(Reason.CREDENTIALS_INVALID, received::throwEnd);
  }

  @Test
  void close_openStream_endsWithStopping() throws Exception {
    var received = new Received();
    var requests = IngestServiceGrpc.newStub(running.as("CALLER/acme")).streamUsage(received);
    requests.onNext(StreamUsageRequest.newBuilder().setSequence(1).build());
    assertThat(received.first.await(10, TimeUnit.SECONDS)).isTrue();

    running.server.close();

    Details.of(Reason.STOPPING, received::throwEnd);
    running.server.awaitTermination();
  }

  @Test
  void health_withoutCredential_saysWhatReadySays() throws Exception {
    var health = HealthGrpc.newBlockingStub(running.transport);
    awaitHealth(health, ServingStatus.SERVING);

    running.ready.set(false);

    awaitHealth(health, ServingStatus.NOT_SERVING);
  }

  @Test
  void health_ofANamedService_isKnownForOursOnly() throws Exception {
    var health = HealthGrpc.newBlockingStub(running.transport);
    awaitHealth(health, ServingStatus.SERVING);
    var ours = HealthCheckRequest.newBuilder().setService("tollgate.access.v1.AccessService");
    var other = HealthCheckRequest.newBuilder().setService("made.Up");

    Details.of(Reason.ROUTE_UNKNOWN, () -> health.check(other.build()));
    for (int i = 0; i < 10_000; i++) {
      if (health.check(ours.build()).getStatus() == ServingStatus.SERVING) {
        return;
      }
    }
    throw new AssertionError("not serving");
  }

  private static void awaitHealth(HealthGrpc.HealthBlockingStub health, ServingStatus expected) {
    for (int i = 0; i < 10_000; i++) {
      if (health.check(HealthCheckRequest.getDefaultInstance()).getStatus() == expected) {
        return;
      }
    }
    throw new AssertionError("health is not " + expected);
  }

  @Test
  void reflection_withoutCredential_listsTheServices() throws Exception {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    var requests =
        ServerReflectionGrpc.newStub(running.transport)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable ended) {
                    answer.completeExceptionally(ended);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("*").build());

    assertThat(answer.get(10, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
        .extracting(service -> service.getName())
        .contains("tollgate.access.v1.AccessService", "tollgate.ingest.v1.IngestService");
    requests.onCompleted();
  }

  @Test
  void calls_ofAnyOutcome_areTimedByMethodAndCode() {
    tenantAs("CALLER/acme");
    assertThatThrownBy(() -> tenantAs("nobody")).isInstanceOf(StatusRuntimeException.class);
    assertThatThrownBy(() -> raw("made.Up/Method", new byte[0]))
        .isInstanceOf(StatusRuntimeException.class);

    var method = "tollgate.access.v1.AccessService/GetTenant";
    assertThat(count(method, "OK")).isEqualTo(1);
    assertThat(count(method, "UNAUTHENTICATED")).isEqualTo(1);
    assertThat(count("unknown", "UNIMPLEMENTED")).isEqualTo(1);
  }

  private long count(String method, String code) {
    return running
        .meters
        .get("grpc.server.calls")
        .tag("method", method)
        .tag("code", code)
        .timer()
        .count();
  }

  @Test
  void start_methodWithoutAccessRule_fails() {
    BindableService unruled =
        () ->
            ServerServiceDefinition.builder("a.B")
                .addMethod(
                    HealthGrpc.getCheckMethod().toBuilder().setFullMethodName("a.B/C").build(),
                    (call, headers) -> {
                      throw new IllegalStateException();
                    })
                .build();

    assertThatThrownBy(() -> new Running(unruled))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a.B/C");
  }

  @Test
  void start_portInUse_saysSo() {
    var taken = Map.of("GRPC_PORT", "" + running.server.grpcPort());

    assertThatThrownBy(() -> new Running(taken, handler))
        .isInstanceOf(ListenFailed.class)
        .hasMessageContaining("" + running.server.grpcPort());
  }
}
