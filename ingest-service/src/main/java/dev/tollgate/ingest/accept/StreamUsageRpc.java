package dev.tollgate.ingest.accept;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageResponse;
import dev.tollgate.time.TimeSource;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Serves `StreamUsage`: every stream on its own, all of them into one log.
final class StreamUsageRpc {
  /* Looked at when a stream opens: so there are never more idle ones than were opened within it. */
  private static final Duration IDLE_MAX = Duration.ofHours(1);

  private final Intake intake;
  private final EventParser parser;
  private final TimeSource time;
  private final Valve valve;
  private final Set<UsageStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  StreamUsageRpc(Intake intake, EventParser parser, TimeSource time) {
    this.intake = intake;
    this.parser = parser;
    this.time = time;
    this.valve = new Valve(intake.log(), time);
    intake.meters().waiting(valve, Valve::size);
  }

  StreamObserver<StreamUsageRequest> open(StreamObserver<StreamUsageResponse> responses) {
    if (stopping) {
      throw Failure.of(Reason.STOPPING, "this server is stopping");
    }
    var idleSince = time.now().minus(IDLE_MAX);
    streams.forEach(other -> other.endIfIdle(idleSince));
    var stream =
        new UsageStream(
            intake,
            parser,
            Caller.current(),
            (ServerCallStreamObserver<StreamUsageResponse>) responses,
            valve,
            streams::remove);
    streams.add(stream);
    stream.start();
    if (stopping) {
      stream.stop();
    }
    return stream;
  }

  void stop() {
    stopping = true;
    valve.stop();
    streams.forEach(UsageStream::stop);
  }
}
