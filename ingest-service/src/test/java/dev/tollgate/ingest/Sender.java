package dev.tollgate.ingest;

import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageResponse;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.secret.Secret;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// A client with one connection and one stream of usage.
final class Sender implements AutoCloseable {
  private final Peer peer;
  private final BlockingQueue<StreamUsageResponse> responses = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private @Nullable ClientCallStreamObserver<StreamUsageRequest> requests;
  private long sequence;

  private Sender(Peer peer) {
    this.peer = peer;
  }

  static Sender open(int port, String tenant) {
    var peer =
        Peer.connect(
            new PeerSettings(
                "127.0.0.1:" + port, new Secret(Rig.SERVICE_KEY), new PeerSettings.Trust.Plain()));
    var sender = new Sender(peer);
    var _ = IngestServiceGrpc.newStub(peer.channel(tenant)).streamUsage(sender.new Answers());
    return sender;
  }

  /// Sends the events as one request and returns its number; does not wait.
  long send(List<UsageEvent> events) {
    send(StreamUsageRequest.newBuilder().setSequence(++sequence).addAllEvents(events).build());
    return sequence;
  }

  void send(StreamUsageRequest request) {
    requests().onNext(request);
  }

  /// Sends the events and waits for their results.
  List<EventResult> ask(UsageEvent... events) throws Exception {
    var sent = send(List.of(events));
    while (true) {
      var response = next();
      if (response.getAckedSequence() == sent) {
        return response.getResultsList();
      }
    }
  }

  List<EventStatus> statuses(UsageEvent... events) throws Exception {
    return ask(events).stream().map(EventResult::getStatus).toList();
  }

  StreamUsageResponse next() throws Exception {
    Await.until("a response", () -> !responses.isEmpty() || ended.isDone());
    var response = responses.poll();
    if (response == null) {
      throw new AssertionError(
          "no response; the stream ended",
          ended.isCompletedExceptionally() ? ended.exceptionNow() : null);
    }
    return response;
  }

  /// Whatever has been answered by now and was not looked at.
  List<StreamUsageResponse> drain() {
    var all = new ArrayList<StreamUsageResponse>();
    responses.drainTo(all);
    return all;
  }

  /// Done when the server ends the stream; fails with what it says.
  CompletableFuture<Void> ended() {
    return ended;
  }

  void halfClose() {
    requests().onCompleted();
  }

  private ClientCallStreamObserver<StreamUsageRequest> requests() {
    return java.util.Objects.requireNonNull(requests);
  }

  @Override
  public void close() {
    peer.close();
  }

  private final class Answers
      implements ClientResponseObserver<StreamUsageRequest, StreamUsageResponse> {
    @Override
    public void beforeStart(ClientCallStreamObserver<StreamUsageRequest> stream) {
      requests = stream;
    }

    @Override
    public void onNext(StreamUsageResponse response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable failure) {
      ended.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      ended.complete(null);
    }
  }
}
