package dev.tollgate.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageResponse;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

class OpenStreamsTest {
  private final OpenStreams streams = new OpenStreams();

  private static final class Call extends ServerCall<StreamUsageRequest, StreamUsageResponse> {
    private boolean closed;

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(StreamUsageResponse message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      closed = true;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<StreamUsageRequest, StreamUsageResponse> getMethodDescriptor() {
      return IngestServiceGrpc.getStreamUsageMethod();
    }
  }

  @Test
  void end_callWhoseStartThrew_isNotKept() {
    var call = new Call();
    assertThatThrownBy(() ->
            streams.interceptCall(
                call,
                new Metadata(),
                (started, headers) -> {
                  throw new IllegalStateException("unknown method");
                }))
        .isInstanceOf(IllegalStateException.class);

    streams.end();

    assertThat(call.closed).isFalse();
  }

  @Test
  void end_openCall_isClosedButNotAfterItsOwnEnd() {
    var open = new Call();
    var over = new Call();
    streams.interceptCall(open, new Metadata(), (call, headers) -> new ServerCall.Listener<>() {});
    streams
        .interceptCall(over, new Metadata(), (call, headers) -> new ServerCall.Listener<>() {})
        .onComplete();

    streams.end();

    assertThat(open.closed).isTrue();
    assertThat(over.closed).isFalse();
  }
}
