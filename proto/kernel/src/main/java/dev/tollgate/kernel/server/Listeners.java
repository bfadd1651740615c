package dev.tollgate.kernel.server;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/// The socket of the gRPC server: native epoll where the machine has it.
final class Listeners {
  /* What arrives above the limit is still read, up to this many times of it, so that the refusal
  can say why. */
  private static final int READ_TO_REFUSE = 4;

  private Listeners() {}

  static NettyServerBuilder netty(ServerSettings settings) {
    var builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(settings.host(), settings.grpcPort()))
            .maxInboundMessageSize(READ_TO_REFUSE * settings.requestBytesMax())
            .maxInboundMetadataSize(settings.metadataBytesMax())
            .addTransportFilter(new CertificateReader())
            .keepAliveTime(1, TimeUnit.MINUTES)
            .keepAliveTimeout(20, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .permitKeepAliveTime(10, TimeUnit.SECONDS);
    return switch (settings.tls()) {
      case Tls.Off off -> builder;
      case Tls.Server server -> builder.sslContext(context(forServer(server)));
      case Tls.Mutual mutual ->
          builder.sslContext(
              context(
                  forServer(mutual.server())
                      .trustManager(mutual.clientAuthority().toFile())
                      .clientAuth(mutual.required() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL)));
    };
  }

  /// Starts to listen; where the port is taken, says so in one line.
  static io.grpc.Server started(io.grpc.Server server, ServerSettings settings) {
    try {
      return server.start();
    } catch (IOException taken) {
      throw new ListenFailed(settings.host(), settings.grpcPort(), taken);
    }
  }

  private static SslContextBuilder forServer(Tls.Server server) {
    return GrpcSslContexts.forServer(server.certificate().toFile(), server.key().toFile());
  }

  private static SslContext context(SslContextBuilder builder) {
    try {
      return builder.build();
    } catch (SSLException unusable) {
      throw new IllegalArgumentException("The TLS certificate or key can't be used", unusable);
    }
  }
}
