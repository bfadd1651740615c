package dev.tollgate.ingest;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;

/// Waits until a service says that it is ready.
final class Ready {
  private Ready() {}

  static void await(int grpcPort) {
    var channel = NettyChannelBuilder.forAddress("127.0.0.1", grpcPort).usePlaintext().build();
    try {
      var health = HealthGrpc.newBlockingStub(channel);
      Await.until(
          "ready",
          () ->
              health.check(HealthCheckRequest.getDefaultInstance()).getStatus()
                  == ServingStatus.SERVING);
    } finally {
      channel.shutdownNow();
    }
  }
}
