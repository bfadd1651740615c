package dev.tollgate.load.ingest;

import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.load.drive.Operation;
import dev.tollgate.load.drive.Tally;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Sends messages, one after the other: over a stream for each tenant and connection. Times their
/// acks. Begun by one thread at a time.
final class UsageStreams implements Operation, AutoCloseable {
  private static final long CLOSE_SECONDS = 30;

  /* The request goes out as the bytes that it is. */
  private static final MethodDescriptor<byte[], StreamUsageResponse> METHOD =
      method(IngestServiceGrpc.getStreamUsageMethod());

  /// What waits for its ack.
  private record Pending(long sequence, int lane, int events, long intendedNanos, Tally tally) {}

  private final Supplier<Message> messages;
  private final List<List<Stream>> streams;
  private int sent;

  /// @param messages asked for the next one when it is time to send it
  /// @param connections for each tenant
  UsageStreams(Supplier<Message> messages, List<List<Channel>> connections) {
    this.messages = messages;
    this.streams = connections.stream().map(own -> own.stream().map(Stream::new).toList()).toList();
  }

  private static MethodDescriptor<byte[], StreamUsageResponse> method(
      MethodDescriptor<StreamUsageRequest, StreamUsageResponse> method) {
    return method.toBuilder(new Bytes(), method.getResponseMarshaller()).build();
  }

  @Override
  public void begin(int lane, long intendedNanos, Tally tally) {
    var message = messages.get();
    var own = streams.get(message.tenant());
    own.get(sent++ % own.size()).send(message, lane, intendedNanos, tally);
  }

  /// Completes the streams; waits until the server has.
  @Override
  public void close() {
    streams.forEach(own -> own.forEach(Stream::complete));
  }

  /// One stream.
  private static final class Stream implements StreamObserver<StreamUsageResponse> {
    private final Queue<Pending> pending = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final StreamObserver<byte[]> requests;
    private long sequence;

    Stream(Channel connection) {
      requests =
          ClientCalls.asyncBidiStreamingCall(connection.newCall(METHOD, CallOptions.DEFAULT), this);
    }

    void send(Message message, int lane, long intendedNanos, Tally tally) {
      var number = ++sequence;
      synchronized (pending) {
        pending.add(new Pending(number, lane, message.events(), intendedNanos, tally));
      }
      requests.onNext(message.numbered(number));
    }

    @Override
    public void onNext(StreamUsageResponse response) {
      Pending acked;
      synchronized (pending) {
        acked = pending.remove();
      }
      var tally = acked.tally;
      tally.timed(acked.intendedNanos);
      var accepted =
          response.getResultsList().stream()
              .filter(result -> result.getStatus() == EventStatus.EVENT_STATUS_ACCEPTED)
              .count();
      if (response.getAckedSequence() != acked.sequence || accepted != acked.events) {
        tally.failed(
            new IllegalStateException(
                "request %d: %d of %d events accepted, %d was acknowledged"
                    .formatted(
                        acked.sequence, accepted, acked.events, response.getAckedSequence())));
      }
      tally.answered(accepted);
      tally.ended(acked.lane);
    }

    @Override
    public void onError(Throwable thrown) {
      synchronized (pending) {
        pending.forEach(waiting -> waiting.tally.failed(thrown));
      }
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }

    void complete() {
      requests.onCompleted();
      try {
        if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
          throw new MeasurementFailed("a stream did not end");
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Bytes as they are.
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] bytes) {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public byte[] parse(InputStream in) {
      try {
        return in.readAllBytes();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }
}
