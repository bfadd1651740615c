package dev.tollgate.ingest.accept;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.http.OwnRoute;
import dev.tollgate.kernel.http.Routed;
import dev.tollgate.proto.ingest.v1.BackfillUsageRequest;
import dev.tollgate.proto.ingest.v1.BackfillUsageResponse;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc.IngestServiceImplBase;
import dev.tollgate.proto.ingest.v1.RecordUsageRequest;
import dev.tollgate.proto.ingest.v1.RecordUsageResponse;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageResponse;
import dev.tollgate.time.TimeSource;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;

/// `IngestService` on the wire, and what of it HTTP says in its own way.
public final class IngestRpc extends IngestServiceImplBase implements Routed {
  private final StreamUsageRpc streams;
  private final UsageBatches batches;

  /// @param eventAheadMax how far behind its event this server's clock may be
  public IngestRpc(Intake intake, TimeSource time, Duration eventAheadMax) {
    var parser = new EventParser(time, eventAheadMax);
    this.streams = new StreamUsageRpc(intake, parser, time);
    this.batches = new UsageBatches(intake, parser);
  }

  @Override
  public List<OwnRoute> routes() {
    return List.of(UsageRoute.route());
  }

  @Override
  public StreamObserver<StreamUsageRequest> streamUsage(
      StreamObserver<StreamUsageResponse> responses) {
    return streams.open(responses);
  }

  @Override
  public void recordUsage(
      RecordUsageRequest request, StreamObserver<RecordUsageResponse> response) {
    response.onNext(batches.take(request, Caller.current()));
    response.onCompleted();
  }

  @Override
  public void backfillUsage(
      BackfillUsageRequest request, StreamObserver<BackfillUsageResponse> response) {
    response.onNext(batches.take(request, Caller.current()));
    response.onCompleted();
  }

  /// Takes nothing more over streams: each ends with STOPPING when what it has sent is
  /// acknowledged.
  public void stop() {
    streams.stop();
  }
}
