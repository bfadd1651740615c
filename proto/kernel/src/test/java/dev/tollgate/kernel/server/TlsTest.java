package dev.tollgate.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.access.v1.AccessServiceGrpc;
import dev.tollgate.proto.access.v1.AccessServiceGrpc.AccessServiceImplBase;
import dev.tollgate.proto.access.v1.GetTenantRequest;
import dev.tollgate.proto.access.v1.GetTenantResponse;
import dev.tollgate.proto.access.v1.Tenant;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  @TempDir private static Path directory;
  private static Certificate server;
  private static Certificate client;
  private static Certificate stranger;

  @BeforeAll
  static void makeCertificates() throws Exception {
    server = Certificate.make(directory, "localhost");
    client = Certificate.make(directory, "ingest.tollgate");
    stranger = Certificate.make(directory, "stranger.example");
  }

  /// Answers with the caller's name in place of the tenant's.
  private static final class Names extends AccessServiceImplBase {
    @Override
    public void getTenant(GetTenantRequest request, StreamObserver<GetTenantResponse> observer) {
      var tenant = Tenant.newBuilder().setTenantId(Caller.current().keyId());
      observer.onNext(GetTenantResponse.newBuilder().setTenant(tenant).build());
      observer.onCompleted();
    }
  }

  private static Map<String, String> tls() {
    return Map.of(
        "TLS_CERTIFICATE", server.certificate().toString(), "TLS_KEY", server.key().toString());
  }

  private static Map<String, String> mutual(boolean required) {
    return Map.of(
        "TLS_CERTIFICATE", server.certificate().toString(),
        "TLS_KEY", server.key().toString(),
        "TLS_CLIENT_CA", client.certificate().toString(),
        "TLS_CLIENT_REQUIRED", "" + required);
  }

  private static String call(Running running, @Nullable Certificate own) throws Exception {
    var context = GrpcSslContexts.forClient().trustManager(server.certificate().toFile());
    if (own != null) {
      context.keyManager(own.certificate().toFile(), own.key().toFile());
    }
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", running.server.grpcPort())
            .overrideAuthority("localhost")
            .sslContext(context.build())
            .build();
    try {
      return AccessServiceGrpc.newBlockingStub(channel)
          .getTenant(GetTenantRequest.getDefaultInstance())
          .getTenant()
          .getTenantId();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void tls_clientWithoutCertificate_isServedButUnknown() {
    try (var running = new Running(tls(), new Names())) {
      Details.of(Reason.CREDENTIALS_INVALID, () -> call(running, null));
    }
  }

  @Test
  void tls_clientInTheClear_isNotServed() {
    try (var running = new Running(tls(), new Names())) {
      var clear = AccessServiceGrpc.newBlockingStub(running.transport);
      assertThatThrownBy(() -> clear.getTenant(GetTenantRequest.getDefaultInstance()))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              failed ->
                  assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }
  }

  @Test
  void mutual_clientWithCertificate_isKnownByItsName() throws Exception {
    try (var running = new Running(mutual(true), new Names())) {
      assertThat(call(running, client)).isEqualTo("ingest.tollgate");
    }
  }

  @Test
  void mutual_clientWithoutOrWithAStrangersCertificate_isNotServed() {
    try (var running = new Running(mutual(true), new Names())) {
      assertThatThrownBy(() -> call(running, null)).isInstanceOf(StatusRuntimeException.class);
      assertThatThrownBy(() -> call(running, stranger)).isInstanceOf(StatusRuntimeException.class);
    }
  }

  @Test
  void mutual_notRequired_servesClientsWithoutCertificate() throws Exception {
    try (var running = new Running(mutual(false), new Names())) {
      Details.of(Reason.CREDENTIALS_INVALID, () -> call(running, null));
      assertThat(call(running, client)).isEqualTo("ingest.tollgate");
    }
  }
}
