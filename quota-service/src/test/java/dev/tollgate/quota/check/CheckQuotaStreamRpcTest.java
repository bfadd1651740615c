package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.quota.v1.Allowed;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.CheckQuotaStreamRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaStreamResponse;
import dev.tollgate.proto.quota.v1.ExtendRequest;
import dev.tollgate.proto.quota.v1.ExtendResponse;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc.QuotaServiceImplBase;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.proto.quota.v1.ReleaseResponse;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.proto.quota.v1.SettleResponse;
import dev.tollgate.testkit.Conformance;
import dev.tollgate.testkit.InProcess;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckQuotaStreamRpcTest {
  private static final Caller CALLER =
      new Caller("key", Set.of(Role.ROLE_CALLER), "acme", Map.of());

  @RegisterExtension final Conformance conformance = new Conformance();

  private final Verbs verbs = new Verbs();
  private final InProcess server = InProcess.start(conformance, verbs);
  private final Received received = new Received();

  private final Map<Received, StreamObserver<CheckQuotaStreamRequest>> open = new HashMap<>();

  private StreamObserver<CheckQuotaStreamRequest> open() {
    return open(received);
  }

  private StreamObserver<CheckQuotaStreamRequest> open(Received answers) {
    var requests = QuotaServiceGrpc.newStub(server.channel(CALLER)).checkQuotaStream(answers);
    open.put(answers, requests);
    return requests;
  }

  private void complete() {
    Objects.requireNonNull(open.remove(received)).onCompleted();
  }

  /* A stream that is cut off would end without a reason of ours. */
  @AfterEach
  void stop() throws Exception {
    for (var stream : open.entrySet()) {
      stream.getValue().onCompleted();
      while (!stream.getKey().end.isDone()) {
        var check = verbs.checks.poll(1, TimeUnit.MILLISECONDS);
        if (check != null) {
          allow(check, 1);
        }
      }
    }
    server.close();
  }

  /// Verbs that answer with what they were asked, or leave it to the test.
  private static final class Verbs extends QuotaServiceImplBase {
    final BlockingQueue<StreamObserver<CheckQuotaResponse>> checks = new LinkedBlockingQueue<>();

    @Override
    public StreamObserver<CheckQuotaStreamRequest> checkQuotaStream(
        StreamObserver<CheckQuotaStreamResponse> responses) {
      return CheckQuotaStreamRpc.open(this, responses);
    }

    @Override
    public void checkQuota(CheckQuotaRequest request, StreamObserver<CheckQuotaResponse> answer) {
      checks.add(answer);
    }

    @Override
    public void settle(SettleRequest request, StreamObserver<SettleResponse> answer) {
      if (request.getReservationId().isEmpty()) {
        throw new IllegalStateException("a bug");
      }
      answer.onError(Failure.of(Reason.RESERVATION_UNKNOWN, request.getReservationId()));
    }

    @Override
    public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> answer) {
      if (!request.getReservationId().equals(Caller.current().tenant())) {
        throw Failure.of(Reason.ALREADY_SETTLED, "settled");
      }
      answer.onNext(ReleaseResponse.getDefaultInstance());
      answer.onCompleted();
    }

    @Override
    public void extend(ExtendRequest request, StreamObserver<ExtendResponse> answer) {
      answer.onNext(ExtendResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }

  private static final class Received implements StreamObserver<CheckQuotaStreamResponse> {
    final BlockingQueue<CheckQuotaStreamResponse> responses = new LinkedBlockingQueue<>();
    final CompletableFuture<String> end = new CompletableFuture<>();

    @Override
    public void onNext(CheckQuotaStreamResponse response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable ended) {
      end.completeExceptionally(ended);
    }

    @Override
    public void onCompleted() {
      end.complete("completed");
    }

    CheckQuotaStreamResponse next() throws InterruptedException {
      var response = responses.poll(20, TimeUnit.SECONDS);
      assertThat(response).as("a response").isNotNull();
      return response;
    }

    String nextReason() throws InterruptedException {
      return next().getFailure().getReason();
    }
  }

  private static CheckQuotaStreamRequest.Builder request(long sequence) {
    return CheckQuotaStreamRequest.newBuilder().setSequence(sequence);
  }

  private static CheckQuotaStreamRequest check(long sequence) {
    return request(sequence).setCheck(CheckQuotaRequest.getDefaultInstance()).build();
  }

  private static CheckQuotaStreamRequest release(long sequence) {
    return request(sequence)
        .setRelease(ReleaseRequest.newBuilder().setReservationId("acme"))
        .build();
  }

  private StreamObserver<CheckQuotaResponse> nextCheck() throws InterruptedException {
    var check = verbs.checks.poll(20, TimeUnit.SECONDS);
    assertThat(check).as("a check that reached its verb").isNotNull();
    return check;
  }

  private static void allow(StreamObserver<CheckQuotaResponse> check, long tokens) {
    check.onNext(
        CheckQuotaResponse.newBuilder()
            .setAllowed(Allowed.newBuilder().setMaxOutputTokens(tokens))
            .build());
    check.onCompleted();
  }

  @Test
  void requests_answeredInAnyOrder_getTheirAnswersWithTheirSequence() throws Exception {
    var requests = open();
    requests.onNext(check(7));
    requests.onNext(check(3));
    requests.onNext(release(5));
    requests.onNext(request(6).setExtend(ExtendRequest.getDefaultInstance()).build());

    assertThat(received.next().hasRelease()).isTrue();
    var extended = received.next();
    assertThat(extended.getSequence()).isEqualTo(6);
    assertThat(extended.hasExtend()).isTrue();
    var first = nextCheck();
    allow(nextCheck(), 300);
    allow(first, 700);
    for (var sequence : new long[] {3, 7}) {
      var checked = received.next();
      assertThat(checked.getSequence()).isEqualTo(sequence);
      assertThat(checked.getCheck().getAllowed().getMaxOutputTokens()).isEqualTo(sequence * 100);
    }
  }

  @Test
  void failures_reportedThrownOrBugs_areAnswersAndEndNothing() throws Exception {
    var requests = open();
    requests.onNext(request(1).setSettle(SettleRequest.newBuilder().setReservationId("x")).build());
    assertThat(received.nextReason()).isEqualTo("RESERVATION_UNKNOWN");
    requests.onNext(request(2).setRelease(ReleaseRequest.getDefaultInstance()).build());
    assertThat(received.nextReason()).isEqualTo("ALREADY_SETTLED");
    requests.onNext(request(3).setSettle(SettleRequest.getDefaultInstance()).build());
    assertThat(received.nextReason()).isEqualTo("BUG");

    requests.onNext(release(4));

    var released = received.next();
    assertThat(released.getSequence()).isEqualTo(4);
    assertThat(released.hasRelease()).isTrue();
  }

  @Test
  void request_withoutVerb_isFieldInvalid() throws Exception {
    open().onNext(request(1).build());

    assertThat(received.nextReason()).isEqualTo("FIELD_INVALID");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, 1_000_000_000_000_001L, Long.MAX_VALUE})
  void request_sequenceOutOfRange_isFieldInvalidUnderThatSequence(long sequence) throws Exception {
    open().onNext(release(sequence));

    var response = received.next();
    assertThat(response.getSequence()).isEqualTo(sequence);
    assertThat(response.getFailure().getReason()).isEqualTo("FIELD_INVALID");
    assertThat(response.getFailure().getViolations(0).getField()).isEqualTo("sequence");
    assertThat(response.getFailure().getViolations(0).getDescription())
        .startsWith(sequence + " (expected: ");
  }

  @Test
  void moreThanTheWindow_unanswered_waitUntilThereIsRoom() throws Exception {
    var requests = open();
    for (int i = 0; i < 2 * CheckQuotaStreamRpc.WINDOW; i++) {
      requests.onNext(check(i));
    }
    for (int i = 0; i < CheckQuotaStreamRpc.WINDOW; i++) {
      allow(nextCheck(), 1);
      assertThat(verbs.checks.size()).isLessThanOrEqualTo(CheckQuotaStreamRpc.WINDOW);
    }
    complete();
    for (int i = 0; i < CheckQuotaStreamRpc.WINDOW; i++) {
      allow(nextCheck(), 1);
    }

    assertThat(received.end.get(20, TimeUnit.SECONDS)).isEqualTo("completed");
    assertThat(received.responses).hasSize(2 * CheckQuotaStreamRpc.WINDOW);
  }

  @Test
  void firstWindow_allUnanswered_isAllThatReachesTheVerbs() throws Exception {
    var requests = open();
    for (int i = 0; i < CheckQuotaStreamRpc.WINDOW + 100; i++) {
      requests.onNext(check(i));
    }
    var others = new Received();
    var other = open(others);
    while (verbs.checks.size() < CheckQuotaStreamRpc.WINDOW) {
      other.onNext(release(1));
      others.next();
    }

    // What another stream sends behind it arrives: what is missing here was held back.
    for (int i = 0; i < 50; i++) {
      other.onNext(release(2));
      others.next();
    }
    assertThat(verbs.checks).hasSize(CheckQuotaStreamRpc.WINDOW);
  }

  @Test
  void halfClosed_withRequestsUnanswered_endsAfterTheLastAnswer() throws Exception {
    var requests = open();
    requests.onNext(check(1));
    requests.onNext(check(2));
    complete();
    allow(nextCheck(), 1);
    received.next();
    assertThat(received.end).isNotDone();

    allow(nextCheck(), 1);

    assertThat(received.end.get(20, TimeUnit.SECONDS)).isEqualTo("completed");
    assertThat(received.responses).hasSize(1);
  }
}
