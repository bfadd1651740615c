package dev.tollgate.ingest.accept;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc.IngestServiceImplBase;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageResponse;
import dev.tollgate.time.TimeSource;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Serves `StreamUsage`: every stream on its own, all of them into one log.
public final class StreamUsageRpc extends IngestServiceImplBase {
  private final Intake intake;
  private final EventParser parser;
  private final Set<UsageStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  /// @param eventAheadMax how far behind its event this server's clock may be
  public StreamUsageRpc(Intake intake, TimeSource time, Duration eventAheadMax) {
    this.intake = intake;
    this.parser = new EventParser(time, eventAheadMax);
  }

  @Override
  public StreamObserver<StreamUsageRequest> streamUsage(
      StreamObserver<StreamUsageResponse> responses) {
    if (stopping) {
      throw Failure.of(Reason.STOPPING, "this server is stopping");
    }
    var stream =
        new UsageStream(
            intake,
            parser,
            Caller.current(),
            (ServerCallStreamObserver<StreamUsageResponse>) responses,
            streams::remove);
    streams.add(stream);
    stream.start();
    if (stopping) {
      stream.stop();
    }
    return stream;
  }

  /// Takes nothing more: every stream ends with STOPPING when what it has sent is acknowledged.
  public void stop() {
    stopping = true;
    streams.forEach(UsageStream::stop);
  }
}
