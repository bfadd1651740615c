package dev.tollgate.ingest;

import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.proto.ingest.v1.GetRepricingRequest;
import dev.tollgate.proto.ingest.v1.GetRepricingResponse;
import dev.tollgate.proto.ingest.v1.RepricingServiceGrpc;
import dev.tollgate.proto.ingest.v1.RepricingServiceGrpc.RepricingServiceBlockingStub;
import dev.tollgate.proto.ingest.v1.RepricingState;
import dev.tollgate.proto.ingest.v1.StartRepricingRequest;
import dev.tollgate.secret.Secret;
import java.time.Instant;

/// An operator who has a tenant's events repriced.
final class RepricingRig implements AutoCloseable {
  private final Peer peer;
  private final RepricingServiceBlockingStub repricings;

  private RepricingRig(Peer peer, String tenant) {
    this.peer = peer;
    this.repricings = RepricingServiceGrpc.newBlockingStub(peer.channel(tenant));
  }

  static RepricingRig of(int port, String tenant) {
    return new RepricingRig(peer(port, Rig.OPERATOR_KEY), tenant);
  }

  static Peer peer(int port, String key) {
    return Peer.connect(
        new PeerSettings("127.0.0.1:" + port, new Secret(key), new PeerSettings.Trust.Plain()));
  }

  RepricingServiceBlockingStub stub() {
    return repricings;
  }

  static StartRepricingRequest.Builder request(String id, Instant start, Instant end) {
    return StartRepricingRequest.newBuilder()
        .setRequestId(id)
        .setStartTime(Events.timestamp(Instant.ofEpochMilli(start.toEpochMilli())))
        .setEndTime(Events.timestamp(Instant.ofEpochMilli(end.toEpochMilli())));
  }

  /// Starts it and waits until it is done.
  GetRepricingResponse run(StartRepricingRequest request) {
    var _ = repricings.startRepricing(request);
    return done(request.getRequestId());
  }

  GetRepricingResponse done(String id) {
    Await.until("repricing " + id + " ended", () -> hasEnded(get(id)));
    var response = get(id);
    if (response.getRepricing().getState() != RepricingState.REPRICING_STATE_DONE) {
      throw new AssertionError(response);
    }
    return response;
  }

  GetRepricingResponse get(String id) {
    return repricings.getRepricing(GetRepricingRequest.newBuilder().setRepricingId(id).build());
  }

  static boolean hasEnded(GetRepricingResponse response) {
    var state = response.getRepricing().getState();
    return state != RepricingState.REPRICING_STATE_PENDING
        && state != RepricingState.REPRICING_STATE_RUNNING;
  }

  @Override
  public void close() {
    peer.close();
  }
}
