package dev.tollgate.load.check;

import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.load.drive.Operation;
import dev.tollgate.load.drive.Tally;
import dev.tollgate.proto.quota.v1.CheckQuotaStreamRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaStreamResponse;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A check and its settlement as two requests of a stream, one stream per connection. Times the
/// check.
final class StrictStream implements Operation, AutoCloseable {
  private static final long CLOSE_SECONDS = 10;

  /// What waits for the answer to one request.
  private record Pending(int lane, long intendedNanos, Calls.Call call, Tally tally) {}

  private final Calls calls;
  private final List<Lines> streams;

  StrictStream(Calls calls, List<Channel> connections) {
    this.calls = calls;
    this.streams = connections.stream().map(Lines::new).toList();
  }

  @Override
  public void begin(int lane, long intendedNanos, Tally tally) {
    var call = calls.next();
    streams
        .get(lane % streams.size())
        .send(
            CheckQuotaStreamRequest.newBuilder().setCheck(call.request()),
            new Pending(lane, intendedNanos, call, tally));
  }

  /// Completes the streams; waits until the server has.
  @Override
  public void close() {
    streams.forEach(Lines::complete);
  }

  /// One stream.
  private final class Lines implements StreamObserver<CheckQuotaStreamResponse> {
    private final ConcurrentMap<Long, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicLong sequence = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final StreamObserver<CheckQuotaStreamRequest> requests;

    Lines(Channel connection) {
      requests = QuotaServiceGrpc.newStub(connection).checkQuotaStream(this);
    }

    void send(CheckQuotaStreamRequest.Builder request, Pending waiting) {
      var number = sequence.incrementAndGet();
      pending.put(number, waiting);
      var built = request.setSequence(number).build();
      synchronized (requests) {
        requests.onNext(built);
      }
    }

    @Override
    public void onNext(CheckQuotaStreamResponse response) {
      var waiting = Objects.requireNonNull(pending.remove(response.getSequence()));
      var tally = waiting.tally();
      switch (response.getAnswerCase()) {
        case CHECK -> {
          tally.timed(waiting.intendedNanos());
          tally.answered();
          var settlement = calls.settlement(waiting.call(), response.getCheck());
          if (settlement.isPresent()) {
            send(CheckQuotaStreamRequest.newBuilder().setSettle(settlement.get()), waiting);
          } else {
            tally.denied();
            tally.ended(waiting.lane());
          }
        }
        case SETTLE -> {
          tally.answered();
          tally.ended(waiting.lane());
        }
        case RELEASE, EXTEND, FAILURE, ANSWER_NOT_SET ->
            tally.failed(new IllegalStateException(response.toString()));
      }
    }

    @Override
    public void onError(Throwable thrown) {
      pending.values().forEach(waiting -> waiting.tally().failed(thrown));
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }

    void complete() {
      synchronized (requests) {
        requests.onCompleted();
      }
      try {
        if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
          throw new MeasurementFailed("a stream did not end");
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
