package dev.tollgate.load.site;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.List;
import java.util.stream.IntStream;

/// Connections to one port, on the given event loops in turn; answers are heard on these.
public record Connections(List<ManagedChannel> channels) implements AutoCloseable {
  public static Connections open(int port, int count, EventLoopGroup loops, boolean epoll) {
    return new Connections(
        IntStream.range(0, count)
            .<ManagedChannel>mapToObj(_ ->
                NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .eventLoopGroup(loops.next())
                    .channelType(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                    .directExecutor()
                    .build())
            .toList());
  }

  /// The same connections for whoever has the key.
  ///
  /// @param tenant named in the metadata; empty where the key has its own
  public List<Channel> as(String key, String tenant) {
    var headers = new Metadata();
    headers.put(name("authorization"), "Bearer " + key);
    if (!tenant.isEmpty()) {
      headers.put(name("tollgate-tenant"), tenant);
    }
    return channels.stream()
        .<Channel>map(channel ->
            ClientInterceptors.intercept(
                channel, MetadataUtils.newAttachHeadersInterceptor(headers)))
        .toList();
  }

  private static Metadata.Key<String> name(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
