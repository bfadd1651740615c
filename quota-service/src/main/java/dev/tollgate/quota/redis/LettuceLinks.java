package dev.tollgate.quota.redis;

import dev.tollgate.failure.Failure;
import dev.tollgate.quota.redis.Trouble.Kind;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Links by Lettuce on one event loop: to one Redis, to what the Sentinels call primary, or to the
/// nodes of a cluster.
final class LettuceLinks implements Links, AutoCloseable {
  private final RedisClient client;
  private final Addresses addresses;
  private final Optional<ClusterMap> cluster;
  private final RedisScripts scripts;
  private final Loop loop;
  private final String only;

  LettuceLinks(
      RedisClient client,
      Addresses addresses,
      Optional<ClusterMap> cluster,
      RedisScripts scripts,
      Loop loop) {
    this.client = client;
    this.addresses = addresses;
    this.cluster = cluster;
    this.scripts = scripts;
    this.loop = loop;
    only = addresses.toString();
  }

  /// On which its links live.
  Loop loop() {
    return loop;
  }

  @Override
  public Optional<String> address(int slot) {
    return cluster.isPresent() ? cluster.get().address(slot) : Optional.of(only);
  }

  @Override
  public List<String> addresses() {
    return cluster.map(ClusterMap::addresses).orElseGet(() -> List.of(only));
  }

  @Override
  public void moved(int slot, String address) {
    cluster.ifPresent(map -> map.moved(slot, address));
  }

  @Override
  public void suspect() {
    cluster.ifPresent(ClusterMap::suspect);
  }

  @Override
  public CompletionStage<Link> open(String address, Runnable lost) {
    var uri = cluster.isPresent() ? addresses.node(address) : addresses.primary();
    return client
        .connectAsync(ByteArrayCodec.INSTANCE, uri)
        .toCompletableFuture()
        .handle((connection, error) -> {
          if (error != null) {
            throw Trouble.of(Kind.LOST, innermost(error));
          }
          return connection;
        })
        .thenCompose(connection ->
            prepared(connection)
                .orTimeout(addresses.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .<Link>thenApply(digests -> link(connection, digests, lost))
                .whenComplete((link, error) -> {
                  if (error != null) {
                    var _ = connection.closeAsync();
                  }
                }));
  }

  private CompletableFuture<Map<Script, String>> prepared(
      StatefulRedisConnection<byte[], byte[]> connection) {
    var settings = addresses.settings();
    return Inspection.of(connection, settings)
        .thenCompose(fine -> {
          var digests = new HashMap<Script, String>();
          var loads =
              scripts.all().stream()
                  .map(script ->
                      connection
                          .async()
                          .scriptLoad(script.text())
                          .toCompletableFuture()
                          .thenAccept(digest -> digests.put(script, digest)))
                  .toArray(CompletableFuture<?>[]::new);
          return CompletableFuture.allOf(loads).thenApply(done -> digests);
        });
  }

  private Link link(
      StatefulRedisConnection<byte[], byte[]> connection,
      Map<Script, String> digests,
      Runnable lost) {
    connection.addListener(
        new RedisConnectionStateListener() {
          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
            lost.run();
          }
        });
    if (!connection.isOpen()) {
      lost.run();
    }
    var settings = addresses.settings();
    var replicas = settings.durability() == Durability.WAIT_REPLICA ? 1 : 0;
    // Redis looks at the time of those that wait ten times a second; what it says then should come
    // before the caller's patience ends.
    var replicaMillis = Math.max(1, settings.timeout().toMillis() / 2);
    return new LettuceLink(connection, digests, loop, replicas, replicaMillis);
  }

  /// Whether the store's side failed, and not ours.
  static boolean isTrouble(Throwable error) {
    return switch (cause(error)) {
      case Failure told -> true;
      case Trouble told -> true;
      case RedisException told -> true;
      case IOException told -> true;
      case TimeoutException told -> true;
      default -> false;
    };
  }

  /// What went wrong, for people to read.
  static String innermost(Throwable error) {
    var cause = cause(error);
    var message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  /* The driver says that it can't connect, and only the innermost cause says why. */
  private static Throwable cause(Throwable error) {
    var cause = error.getCause();
    return cause == null ? error : cause(cause);
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
