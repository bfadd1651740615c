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
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JsonDoorTest {
  @TempDir private Path directory;

  /// Answers with the caller's name in place of the tenant's, once it may.
  private static final class Names extends AccessServiceImplBase {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);

    @Override
    public void getTenant(GetTenantRequest request, StreamObserver<GetTenantResponse> observer) {
      entered.countDown();
      try {
        released.await();
      } catch (InterruptedException stopped) {
        throw new IllegalStateException(stopped);
      }
      var tenant = Tenant.newBuilder().setTenantId(Caller.current().keyId());
      observer.onNext(GetTenantResponse.newBuilder().setTenant(tenant).build());
      observer.onCompleted();
    }

    Names release() {
      released.countDown();
      return this;
    }
  }

  @Test
  void https_clientWithCertificate_isKnownByItsName() throws Exception {
    var server = Certificate.make(directory, "localhost");
    var client = Certificate.make(directory, "ingest.tollgate");
    var mutual =
        Map.of(
            "TLS_CERTIFICATE", server.certificate().toString(),
            "TLS_KEY", server.key().toString(),
            "TLS_CLIENT_CA", client.certificate().toString());

    try (var running = new Running(mutual, new Names().release())) {
      var uri = URI.create("https://localhost:" + running.server.httpPort() + "/v1/tenant");
      assertThat(get(uri, tls("localhost", "ingest.tollgate")).body()).contains("ingest.tollgate");
      assertThat(get(uri, tls("localhost", null)).body()).contains("CREDENTIALS_INVALID");
    }
  }

  @Test
  void certificateName_sentByAClient_isIgnored() throws Exception {
    try (var running = new Running(new Names().release())) {
      var forged = HttpRequest.newBuilder(tenant(running));
      forged.header("tollgate-certificate-name-bin", "aW5nZXN0LnRvbGxnYXRl");
      try (var client = HttpClient.newHttpClient()) {
        assertThat(client.send(forged.build(), BodyHandlers.ofString()).statusCode())
            .isEqualTo(401);
      }
      var metadata = new Metadata();
      metadata.put(
          Metadata.Key.of("tollgate-certificate-name-bin", Metadata.BINARY_BYTE_MARSHALLER),
          "ingest.tollgate".getBytes(StandardCharsets.UTF_8));
      var stub =
          AccessServiceGrpc.newBlockingStub(running.transport)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
      Details.of(
          Reason.CREDENTIALS_INVALID, () -> stub.getTenant(GetTenantRequest.getDefaultInstance()));
    }
  }

  @Test
  void start_httpPortInUse_saysSoAndLeavesNothingBehind() throws Exception {
    var grpcPort = freePort();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var ports = Map.of("HTTP_PORT", "" + taken.getLocalPort(), "GRPC_PORT", "" + grpcPort);

      assertThatThrownBy(() -> new Running(ports, new Names()))
          .isInstanceOf(ListenFailed.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), grpcPort).close())
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void close_idleConnection_isNotWaitedFor() throws Exception {
    try (var running = new Running(Map.of("DRAIN", "PT10M"), new Names().release());
        var socket = new Socket(InetAddress.getLoopbackAddress(), running.server.httpPort())) {
      var request = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().read()).isEqualTo('H');

      running.server.close();
    }
  }

  @Test
  void close_callInFlight_isAnswered() throws Exception {
    var names = new Names();
    try (var running = new Running(Map.of("DRAIN", "PT10M"), names);
        var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(tenant(running))
              .version(HttpClient.Version.HTTP_1_1)
              .header("authorization", "Bearer READER/acme");
      var answer = client.sendAsync(request.build(), BodyHandlers.ofString());
      names.entered.await();
      var closing = Thread.ofVirtual().start(running.server::close);
      while (accepts(running)) {
        Thread.onSpinWait();
      }
      names.release();

      assertThat(answer.join().statusCode()).isEqualTo(200);
      closing.join();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean accepts(Running running) {
    try {
      new Socket(InetAddress.getLoopbackAddress(), running.server.httpPort()).close();
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private static URI tenant(Running running) {
    return URI.create("http://127.0.0.1:" + running.server.httpPort() + "/v1/tenant");
  }

  private static HttpResponse<String> get(URI uri, SSLContext tls) throws Exception {
    try (var client = HttpClient.newBuilder().sslContext(tls).build()) {
      var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
      return client.send(request, BodyHandlers.ofString());
    }
  }

  /// Trusts the one, and shows the other's certificate.
  private SSLContext tls(String trusted, @Nullable String own) throws Exception {
    var trust = KeyStore.getInstance(KeyStore.getDefaultType());
    trust.load(null, null);
    try (var pem = Files.newInputStream(directory.resolve(trusted + ".CERTIFICATE.pem"))) {
      trust.setCertificateEntry(
          trusted, CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    var trusts = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusts.init(trust);
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    if (own == null) {
      keys.init(null, null);
    } else {
      var password = "changeit".toCharArray();
      keys.init(KeyStore.getInstance(directory.resolve(own + ".p12").toFile(), password), password);
    }
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trusts.getTrustManagers(), null);
    return context;
  }
}
