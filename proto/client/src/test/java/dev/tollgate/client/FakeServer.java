package dev.tollgate.client;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullMarked;

/// A gRPC server on localhost that serves what a test made up, and remembers the metadata.
@NullMarked
public final class FakeServer implements AutoCloseable {
  private final Server server;
  private final int port;
  public final List<Metadata> headers = new CopyOnWriteArrayList<>();

  public FakeServer(int port, BindableService... services) throws IOException {
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.server =
        NettyServerBuilder.forAddress(loopback)
            .addServices(List.of(services).stream().map(BindableService::bindService).toList())
            .intercept(
                new ServerInterceptor() {
                  @Override
                  public <Q, R> ServerCall.Listener<Q> interceptCall(
                      ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
                    headers.add(metadata);
                    return next.startCall(call, metadata);
                  }
                })
            .build()
            .start();
    this.port = server.getPort();
  }

  public int port() {
    return port;
  }

  public Endpoints endpoints() {
    return at(port());
  }

  /// What serves, or will serve, on that port.
  public static Endpoints at(int port) {
    return Endpoints.all(
        URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port));
  }

  /// Cuts every connection.
  @Override
  public void close() {
    try {
      server.shutdownNow().awaitTermination();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}
