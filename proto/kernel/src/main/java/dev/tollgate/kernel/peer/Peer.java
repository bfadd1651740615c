package dev.tollgate.kernel.peer;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/// Another Tollgate service, called with this service's key. Connects by itself, again and again;
/// safe for concurrent use.
public final class Peer implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tollgate-tenant", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> ACTOR =
      Metadata.Key.of("tollgate-actor", Metadata.ASCII_STRING_MARSHALLER);
  private static final int MESSAGE_BYTES_MAX = 64 << 20;
  private static final long DRAIN_SECONDS = 2;

  private final ManagedChannel transport;
  private final Channel channel;

  private Peer(ManagedChannel transport, Channel channel) {
    this.transport = transport;
    this.channel = channel;
  }

  /// Does not wait for the connection.
  public static Peer connect(PeerSettings settings) {
    var builder =
        NettyChannelBuilder.forTarget(settings.target())
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(10, TimeUnit.SECONDS);
    switch (settings.trust()) {
      case PeerSettings.Trust.Plain plain -> builder.usePlaintext();
      case PeerSettings.Trust.Authority authority -> secure(builder, authority);
    }
    var transport = builder.build();
    var key = with(AUTHORIZATION, "Bearer " + settings.key().reveal());
    return new Peer(
        transport,
        ClientInterceptors.intercept(
            transport, new Hurry(transport), MetadataUtils.newAttachHeadersInterceptor(key)));
  }

  /* gRPC waits up to 2 minutes before it connects again, long after a service is back. Callers
  pause between their tries, so a try is worth a connection. */
  private record Hurry(ManagedChannel transport) implements ClientInterceptor {
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
        MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      if (transport.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
        transport.resetConnectBackoff();
      }
      return next.newCall(method, options);
    }
  }

  /// For methods of the installation.
  public Channel channel() {
    return channel;
  }

  /// For methods of a tenant, on its behalf.
  public Channel channel(String tenant) {
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(with(TENANT, tenant)));
  }

  /// The same channel, on the account of whoever is named: 1 to 128 printable ASCII characters.
  public static Channel onAccountOf(String actor, Channel channel) {
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(with(ACTOR, actor)));
  }

  @Override
  public void close() {
    transport.shutdown();
    try {
      if (!transport.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS)) {
        transport.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      transport.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static Metadata with(Metadata.Key<String> name, String value) {
    var metadata = new Metadata();
    metadata.put(name, value);
    return metadata;
  }

  private static void secure(NettyChannelBuilder builder, PeerSettings.Trust.Authority authority) {
    try {
      builder.sslContext(
          GrpcSslContexts.forClient().trustManager(authority.file().toFile()).build());
    } catch (SSLException unusable) {
      throw new IllegalArgumentException(authority.file() + " can't be used", unusable);
    }
  }
}
