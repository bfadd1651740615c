package dev.tollgate.quota.check;

import com.google.protobuf.util.Durations;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.failure.Failures;
import dev.tollgate.proto.quota.v1.CheckQuotaStreamRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaStreamResponse;
import dev.tollgate.proto.quota.v1.FieldViolation;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc.AsyncService;
import dev.tollgate.proto.quota.v1.VerbFailure;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One caller's `CheckQuotaStream`: hands each request to the verb that it names and answers it
/// when the verb does. Does not block.
public final class CheckQuotaStreamRpc implements StreamObserver<CheckQuotaStreamRequest> {
  /*
   * At most WINDOW requests are asked for and not answered; more wait in the connection. Room that
   * answers make is asked for in steps, and only while the caller takes its answers, so that
   * neither side can make the server keep more. Calls to `responses` happen under this lock, on
   * whichever thread a verb answers.
   */
  static final int WINDOW = 512;
  private static final int STEP = 32;
  private static final long SEQUENCE_MAX = 1_000_000_000_000_000L;
  private static final Logger LOG = LoggerFactory.getLogger(CheckQuotaStreamRpc.class);

  private final AsyncService verbs;
  private final ServerCallStreamObserver<CheckQuotaStreamResponse> responses;
  private int unanswered;
  private int room;
  private boolean halfClosed;
  private boolean over;

  private CheckQuotaStreamRpc(
      AsyncService verbs, ServerCallStreamObserver<CheckQuotaStreamResponse> responses) {
    this.verbs = verbs;
    this.responses = responses;
  }

  /// Opens the stream; `verbs` answers its requests as if they were unary calls.
  public static StreamObserver<CheckQuotaStreamRequest> open(
      AsyncService verbs, StreamObserver<CheckQuotaStreamResponse> responses) {
    var call = (ServerCallStreamObserver<CheckQuotaStreamResponse>) responses;
    var stream = new CheckQuotaStreamRpc(verbs, call);
    call.disableAutoRequest();
    call.setOnReadyHandler(stream::askForMore);
    call.setOnCancelHandler(stream::end);
    call.setOnCloseHandler(stream::end);
    call.request(WINDOW);
    return stream;
  }

  @Override
  public void onNext(CheckQuotaStreamRequest request) {
    synchronized (this) {
      unanswered++;
    }
    var sequence = request.getSequence();
    try {
      if (sequence < 0 || sequence > SEQUENCE_MAX) {
        throw Failure.invalid("sequence", sequence + " (expected: 0 to " + SEQUENCE_MAX + ")");
      }
      perform(request, sequence);
    } catch (RuntimeException | Error thrown) {
      fail(sequence, thrown);
    }
  }

  private void perform(CheckQuotaStreamRequest request, long sequence) {
    switch (request.getVerbCase()) {
      case CHECK ->
          verbs.checkQuota(
              request.getCheck(), new Item<>(sequence, CheckQuotaStreamResponse.Builder::setCheck));
      case SETTLE ->
          verbs.settle(
              request.getSettle(),
              new Item<>(sequence, CheckQuotaStreamResponse.Builder::setSettle));
      case RELEASE ->
          verbs.release(
              request.getRelease(),
              new Item<>(sequence, CheckQuotaStreamResponse.Builder::setRelease));
      case EXTEND ->
          verbs.extend(
              request.getExtend(),
              new Item<>(sequence, CheckQuotaStreamResponse.Builder::setExtend));
      case VERB_NOT_SET ->
          throw Failure.invalid("verb", "missing (expected: check, settle, release or extend)");
    }
  }

  /// What a verb answers one request with.
  private final class Item<R> implements StreamObserver<R> {
    private final long sequence;
    private final BiConsumer<CheckQuotaStreamResponse.Builder, R> print;

    Item(long sequence, BiConsumer<CheckQuotaStreamResponse.Builder, R> print) {
      this.sequence = sequence;
      this.print = print;
    }

    @Override
    public void onNext(R answer) {
      var response = CheckQuotaStreamResponse.newBuilder().setSequence(sequence);
      print.accept(response, answer);
      send(response.build());
    }

    @Override
    public void onError(Throwable thrown) {
      fail(sequence, thrown);
    }

    @Override
    public void onCompleted() {}
  }

  private void fail(long sequence, Throwable thrown) {
    var failure =
        thrown instanceof Failure known
            ? known
            : Failure.of(Reason.BUG, "A defect of Tollgate; its log has the cause");
    if (failure != thrown) {
      LOG.error("a request of a stream failed", thrown);
    }
    send(
        CheckQuotaStreamResponse.newBuilder()
            .setSequence(sequence)
            .setFailure(print(failure))
            .build());
  }

  private static VerbFailure print(Failure failure) {
    var status = Failures.exception(failure).getStatus();
    var form =
        VerbFailure.newBuilder()
            .setCode(status.getCode().value())
            .setReason(failure.reason().name())
            .setMessage(String.valueOf(status.getDescription()));
    failure
        .retryAfter()
        .ifPresent(delay -> form.setRetryAfter(Durations.fromMillis(delay.toMillis())));
    for (var violation : failure.violations()) {
      form.addViolations(
          FieldViolation.newBuilder()
              .setField(violation.field())
              .setDescription(violation.description()));
    }
    return form.build();
  }

  private synchronized void send(CheckQuotaStreamResponse response) {
    unanswered--;
    if (over) {
      return;
    }
    responses.onNext(response);
    room++;
    if (room >= STEP) {
      askForMore();
    }
    endIfDone();
  }

  private synchronized void askForMore() {
    if (!over && room > 0 && responses.isReady()) {
      var asked = room;
      room = 0;
      responses.request(asked);
    }
  }

  @Override
  public void onError(Throwable failure) {
    end();
  }

  @Override
  public synchronized void onCompleted() {
    halfClosed = true;
    endIfDone();
  }

  private synchronized void endIfDone() {
    if (halfClosed && unanswered == 0 && !over) {
      over = true;
      responses.onCompleted();
    }
  }

  private synchronized void end() {
    over = true;
  }
}
