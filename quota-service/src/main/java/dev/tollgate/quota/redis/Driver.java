package dev.tollgate.quota.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.Transports;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Lettuce, told to do nothing by itself: not to queue, not to resend, not to reconnect.
final class Driver implements AutoCloseable {
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private final RedisSettings settings;
  private final EventLoopGroup loops;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private Driver(RedisSettings settings, EventLoopGroup loops) {
    this.settings = settings;
    this.loops = loops;
  }

  /// With event loops of its own, one per connection.
  static Driver start(RedisSettings settings) {
    var provider = new DefaultEventLoopGroupProvider(settings.connections());
    var loops = provider.allocate(Transports.eventLoopGroupClass());
    var driver = new Driver(settings, loops);
    driver.parts.push(
        () -> loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly());
    return driver;
  }

  /// On the given event loops, which it does not end.
  static Driver on(RedisSettings settings, EventLoopGroup loops) {
    return new Driver(settings, loops);
  }

  /// One per connection, each on a loop of its own where there are as many. Blocks where the nodes
  /// of a cluster have to be asked for.
  List<LettuceLinks> links(RedisScripts scripts) {
    var addresses = new Addresses(settings, CONNECT_TIMEOUT);
    var shared = resources();
    Optional<ClusterMap> cluster = Optional.empty();
    var all = new ArrayList<LettuceLinks>();
    for (int i = 0; i < settings.connections(); i++) {
      var events = loops.next();
      var loop = new NettyLoop(events);
      var resources = on(shared, events);
      if (settings.topology() == Topology.CLUSTER && cluster.isEmpty()) {
        cluster =
            Optional.of(
                opened(
                    ClusterMap.open(
                        resources,
                        ClusterClientOptions.builder(options()).build(),
                        addresses.seeds(),
                        loop)));
      }
      var client = RedisClient.create(resources);
      client.setOptions(options());
      all.add(opened(new LettuceLinks(client, addresses, cluster, scripts, loop)));
    }
    return all;
  }

  private ClientResources resources() {
    var resources =
        DefaultClientResources.builder()
            .commandLatencyRecorder(CommandLatencyRecorder.disabled())
            .eventLoopGroupProvider(new SharedLoop(loops))
            .build();
    return ended(resources);
  }

  private ClientResources on(ClientResources shared, EventLoop loop) {
    return ended(shared.mutate().eventLoopGroupProvider(new SharedLoop(loop)).build());
  }

  private ClientResources ended(ClientResources resources) {
    parts.push(() -> resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly());
    return resources;
  }

  private static ClientOptions options() {
    return ClientOptions.builder()
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .autoReconnect(false)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(command -> true)
        .socketOptions(
            SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).keepAlive(true).build())
        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
        .build();
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("Redis: a part did not close", e);
      }
    }
  }
}
