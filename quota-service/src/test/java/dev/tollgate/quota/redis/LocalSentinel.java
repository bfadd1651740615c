package dev.tollgate.quota.redis;

import static dev.tollgate.quota.redis.LocalRedis.eventually;

import dev.tollgate.secret.Secret;
import java.net.URI;

/// A primary with a replica, and a Sentinel that promotes the replica when the primary is gone.
public final class LocalSentinel implements AutoCloseable {
  private static final String NAME = "tollgate";

  private final LocalRedis primary;
  private final LocalRedis replica;
  private final LocalRedis sentinel;

  private LocalSentinel(LocalRedis primary, LocalRedis replica, LocalRedis sentinel) {
    this.primary = primary;
    this.replica = replica;
    this.sentinel = sentinel;
  }

  /// Starts them and waits until the Sentinel knows the replica.
  public static LocalSentinel start() {
    var primary = LocalRedis.start("--repl-diskless-sync-delay", "0");
    var replica = LocalRedis.start("--replicaof", "127.0.0.1", "" + primary.port());
    var sentinel =
        LocalRedis.startSentinel(
            """
            sentinel monitor %1$s 127.0.0.1 %2$d 1
            sentinel down-after-milliseconds %1$s 500
            sentinel failover-timeout %1$s 3000
            """
                .formatted(NAME, primary.port()));
    var all = new LocalSentinel(primary, replica, sentinel);
    eventually("the replica", () -> replication(replica).contains("master_link_status:up"));
    eventually(
        "what the Sentinel knows",
        () -> sentinel.asked(commands -> commands.info("sentinel")).contains("slaves=1"));
    return all;
  }

  private static String replication(LocalRedis redis) {
    return redis.asked(commands -> commands.info("replication"));
  }

  public LocalRedis primary() {
    return primary;
  }

  public LocalRedis replica() {
    return replica;
  }

  public boolean isPromoted() {
    return replication(replica).contains("role:master");
  }

  public RedisSettings settings() {
    var url = URI.create("redis-sentinel://127.0.0.1:" + sentinel.port() + "#" + NAME);
    var single = RedisSettings.single(url, new Secret(""));
    return new RedisSettings(
        url,
        Topology.SENTINEL,
        single.password(),
        single.timeout(),
        single.queueMax(),
        1,
        1,
        single.durability());
  }

  @Override
  public void close() {
    sentinel.close();
    replica.close();
    primary.close();
  }
}
