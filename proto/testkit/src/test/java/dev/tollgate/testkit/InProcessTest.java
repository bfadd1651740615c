package dev.tollgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.access.v1.AccessServiceGrpc;
import dev.tollgate.proto.access.v1.GetTenantRequest;
import dev.tollgate.proto.access.v1.GetTenantResponse;
import dev.tollgate.proto.access.v1.ListTenantsRequest;
import dev.tollgate.proto.access.v1.ListTenantsResponse;
import dev.tollgate.proto.access.v1.Tenant;
import dev.tollgate.proto.common.v1.Role;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InProcessTest {
  private static final Caller READER =
      new Caller("reader", Set.of(Role.ROLE_READER), "acme", Map.of());
  private static final Caller OPERATOR =
      new Caller("operator", Set.of(Role.ROLE_OPERATOR), "", Map.of());

  @RegisterExtension final Conformance conformance = new Conformance();
  private final InProcess server = InProcess.start(conformance, new Tenants());

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void call_ofACallerWithTheRole_reachesItsHandler() throws Exception {
    var answer =
        AccessServiceGrpc.newBlockingStub(server.channel(READER))
            .getTenant(GetTenantRequest.getDefaultInstance());

    assertThat(answer.getTenant().getTenantId()).isEqualTo("acme");
    assertThat(get("/v1/tenant", server.key(READER), "").body()).contains("\"tenantId\":\"acme\"");
    assertThat(get("/v1/tenant", server.key(OPERATOR), "globex").body()).contains("globex");
    assertThat(conformance.breaches()).isEmpty();
  }

  @Test
  void call_withoutCredentialOrRole_isRefusedTheSameWayOverBothProtocols() throws Exception {
    assertThatThrownBy(() ->
            AccessServiceGrpc.newBlockingStub(server.anonymous())
                .getTenant(GetTenantRequest.getDefaultInstance()))
        .hasMessageContaining("UNAUTHENTICATED");
    assertThatThrownBy(() ->
            AccessServiceGrpc.newBlockingStub(server.channel(READER))
                .listTenants(ListTenantsRequest.getDefaultInstance()))
        .hasMessageContaining("PERMISSION_DENIED");

    assertReason(get("/v1/tenant", "", ""), 401, "CREDENTIALS_INVALID");
    assertReason(get("/v1/tenant", "tg_nobody", ""), 401, "CREDENTIALS_INVALID");
    assertReason(get("/v1/tenants", server.key(READER), ""), 403, "ROLE_FORBIDDEN");
    assertReason(get("/v1/tenant", server.key(READER), "globex"), 403, "TENANT_FORBIDDEN");
    assertReason(get("/v1/tenant", server.key(OPERATOR), ""), 400, "TENANT_REQUIRED");
  }

  @Test
  void failure_ofAHandler_isTheSameOverBothProtocols() throws Exception {
    assertThatThrownBy(() ->
            AccessServiceGrpc.newBlockingStub(server.channel(OPERATOR))
                .listTenants(ListTenantsRequest.newBuilder().setPageSize(-1).build()))
        .hasMessageContaining("page_size");

    var answer = get("/v1/tenants?pageSize=-1", server.key(OPERATOR), "");

    assertReason(answer, 400, "FIELD_INVALID");
    assertThat(answer.body()).contains("\"field\":\"page_size\"");
    assertReason(get("/v1/tenants?pageSize=7", server.key(OPERATOR), ""), 500, "BUG");
  }

  @Test
  void failure_thatDoesNotSayWhy_isABreach() {
    var conformance = new Conformance();
    var bare =
        io.grpc.inprocess.InProcessServerBuilder.forName("bare").addService(new Bare()).build();
    try {
      bare.start();
      var channel = io.grpc.inprocess.InProcessChannelBuilder.forName("bare").build();
      var stub = AccessServiceGrpc.newBlockingStub(channel).withInterceptors(conformance);
      assertThatThrownBy(() -> stub.getTenant(GetTenantRequest.getDefaultInstance()))
          .isInstanceOf(StatusRuntimeException.class);
      channel.shutdownNow();
    } catch (java.io.IOException impossible) {
      throw new IllegalStateException(impossible);
    } finally {
      bare.shutdownNow();
    }

    assertThat(conformance.breaches())
        .singleElement()
        .asString()
        .contains("GetTenant", "0 ErrorInfo");
    assertThatThrownBy(conformance::failOnBreaches).isInstanceOf(AssertionError.class);
  }

  private static void assertReason(HttpResponse<String> answer, int status, String reason) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("\"reason\":\"" + reason + "\"");
  }

  private HttpResponse<String> get(String path, String key, String tenant) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(server.http() + path));
    if (!key.isEmpty()) {
      request.header("authorization", "Bearer " + key);
    }
    if (!tenant.isEmpty()) {
      request.header("tollgate-tenant", tenant);
    }
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  /// Answers with the caller's tenant; a page of -1 is invalid, one of 7 a bug.
  private static final class Tenants extends AccessServiceGrpc.AccessServiceImplBase {
    @Override
    public void getTenant(GetTenantRequest request, StreamObserver<GetTenantResponse> observer) {
      var tenant = Tenant.newBuilder().setTenantId(Caller.current().tenant());
      observer.onNext(GetTenantResponse.newBuilder().setTenant(tenant).build());
      observer.onCompleted();
    }

    @Override
    public void listTenants(
        ListTenantsRequest request, StreamObserver<ListTenantsResponse> observer) {
      if (request.getPageSize() == 7) {
        throw new IllegalStateException("meant to be logged once");
      }
      throw Failure.invalid("page_size", request.getPageSize() + " (expected: 0 to 1000)");
    }
  }

  private static final class Bare extends AccessServiceGrpc.AccessServiceImplBase {
    @Override
    public void getTenant(GetTenantRequest request, StreamObserver<GetTenantResponse> observer) {
      observer.onError(Status.INTERNAL.asRuntimeException());
    }
  }
}
