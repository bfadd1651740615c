package dev.tollgate.kernel.server;

import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.concurrent.TimeUnit;

/// The threads that move bytes and run what never blocks: native epoll where the machine has it.
/// Clients of stores may share a server's, so that a call and what it asks of a store never change
/// threads.
public final class EventLoops implements AutoCloseable {
  private static final long CLOSE_MILLIS = 2_000;

  private final EventLoopGroup group;
  private final boolean epoll;

  private EventLoops(EventLoopGroup group, boolean epoll) {
    this.group = group;
    this.epoll = epoll;
  }

  /// So many loops; each has one thread, from when it is first used.
  public static EventLoops start(int count) {
    var threads = Thread.ofPlatform().daemon().name("event-loop-", 0).factory();
    var epoll = Epoll.isAvailable();
    var handler = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new EventLoops(new MultiThreadIoEventLoopGroup(count, threads, handler), epoll);
  }

  public EventLoopGroup group() {
    return group;
  }

  /// Whether the loops are epoll's: their channels then are, too.
  public boolean isEpoll() {
    return epoll;
  }

  /// Has the server run on these loops.
  public void carry(NettyServerBuilder builder) {
    builder
        .bossEventLoopGroup(group)
        .workerEventLoopGroup(group)
        .channelType(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
  }

  /// Ends the threads; whatever runs on them must be closed before.
  @Override
  public void close() {
    group
        .shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_MILLIS);
  }
}
