package dev.tollgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.proto.quota.v1.Allowed;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc.QuotaServiceImplBase;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.proto.quota.v1.ReleaseResponse;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.proto.quota.v1.SettleResponse;
import dev.tollgate.secret.Secret;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullMarked
@Timeout(60)
class TollgateClientTest {
  private static final Secret KEY = new Secret("tg_caller_secret");

  /// Allows every check, refuses every settlement, never answers a release.
  private static final class FakeQuota extends QuotaServiceImplBase {
    @Override
    public void checkQuota(CheckQuotaRequest request, StreamObserver<CheckQuotaResponse> observer) {
      var allowed = Allowed.newBuilder().setReservationId("r-" + request.getRequestId());
      observer.onNext(CheckQuotaResponse.newBuilder().setAllowed(allowed).build());
      observer.onCompleted();
    }

    @Override
    public void settle(SettleRequest request, StreamObserver<SettleResponse> observer) {
      var violation =
          BadRequest.FieldViolation.newBuilder().setField("usage").setDescription("missing");
      observer.onError(
          FakeIngest.failure(
              Status.Code.INVALID_ARGUMENT,
              "FIELD_INVALID",
              Any.pack(BadRequest.newBuilder().addFieldViolations(violation).build()),
              FakeIngest.retryAfterMillis(250)));
    }

    @Override
    public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> observer) {}
  }

  @Test
  void check_serverWell_answersAndSendsKeyAndTenant() throws Exception {
    try (var server = new FakeServer(0, new FakeQuota());
        var client = TollgateClient.connect(server.endpoints(), KEY)) {
      var request = CheckQuotaRequest.newBuilder().setRequestId("7").build();

      assertThat(client.check(request).getAllowed().getReservationId()).isEqualTo("r-7");
      assertThat(client.forTenant("acme").check(request).hasAllowed()).isTrue();

      assertThat(server.headers)
          .extracting(headers -> headers.get(ascii("authorization")))
          .containsOnly("Bearer tg_caller_secret");
      assertThat(server.headers)
          .extracting(headers -> headers.get(ascii("tollgate-tenant")))
          .containsExactly(null, "acme");
    }
  }

  @Test
  void settle_refused_throwsReasonViolationsAndDelay() throws Exception {
    try (var server = new FakeServer(0, new FakeQuota());
        var client = TollgateClient.connect(server.endpoints(), KEY)) {
      var failure =
          catchThrowableOfType(
              TollgateException.class, () -> client.settle(SettleRequest.getDefaultInstance()));

      assertThat(failure.reason()).isEqualTo("FIELD_INVALID");
      assertThat(failure.violations()).containsExactly(new Violation("usage", "missing"));
      assertThat(failure.retryAfter()).contains(Duration.ofMillis(250));
      assertThat(failure.retryable()).isFalse();
    }
  }

  @Test
  void release_noAnswerInTime_throwsDeadlineExceeded() throws Exception {
    try (var server = new FakeServer(0, new FakeQuota());
        var client =
            TollgateClient.connect(server.endpoints(), KEY).withTimeout(Duration.ofMillis(100))) {
      assertThatThrownBy(() -> client.release(ReleaseRequest.getDefaultInstance()))
          .hasMessageContaining("DEADLINE_EXCEEDED");
    }
  }

  @Test
  void check_serverAwayThenBack_failsThenWorks() throws Exception {
    var server = new FakeServer(0, new FakeQuota());
    try (var client = TollgateClient.connect(server.endpoints(), KEY)) {
      var request = CheckQuotaRequest.newBuilder().setRequestId("7").build();
      assertThat(client.check(request).hasAllowed()).isTrue();
      server.close();
      for (var i = 0; i < 20; i++) {
        var failure = catchThrowableOfType(TollgateException.class, () -> client.check(request));
        assertThat(failure.reason()).isEqualTo("SERVICE_UNAVAILABLE");
        assertThat(failure.retryable()).isTrue();
      }
      try (var again = new FakeServer(server.port(), new FakeQuota())) {
        assertThat(checkUntilServed(client, request).hasAllowed()).isTrue();
        assertThat(again.headers).isNotEmpty();
      }
    }
  }

  @Test
  void endpoints_malformed_sayWhatIsExpected() {
    assertThatThrownBy(() -> Endpoints.all(URI.create("localhost:7401")))
        .hasMessageContaining("expected: http://host:port");
    assertThatThrownBy(() -> Endpoints.all(URI.create("http://localhost")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// The first call may still meet the attempt to connect that failed before.
  private static CheckQuotaResponse checkUntilServed(
      TollgateClient client, CheckQuotaRequest request) {
    while (true) {
      try {
        return client.check(request);
      } catch (TollgateException failure) {
        assertThat(failure.reason()).isEqualTo("SERVICE_UNAVAILABLE");
      }
    }
  }

  private static Metadata.Key<String> ascii(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
