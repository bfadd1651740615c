package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.LocalCluster;
import dev.tollgate.quota.redis.LocalRedis;
import dev.tollgate.quota.redis.Redis;
import dev.tollgate.time.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A real cluster, whose tenants are spread over its nodes.
final class ClusterStage implements HoldsStage {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final AtomicInteger TESTS = new AtomicInteger();

  private final LocalCluster cluster;
  private final Redis link;
  private final Holds holds;
  private final String tenant = "tenant-" + TESTS.incrementAndGet();

  ClusterStage(LocalCluster cluster) {
    this.cluster = cluster;
    link =
        Redis.connect(
            cluster.settings().withTimeout(TIMEOUT),
            HoldScripts.ALL,
            TimeSource.SYSTEM,
            new SimpleMeterRegistry());
    holds = holds(HoldLimits.DEFAULT);
  }

  @Override
  public Holds holds() {
    return holds;
  }

  @Override
  public Holds holds(HoldLimits limits) {
    return RedisHolds.on(link, limits, TimeSource.SYSTEM);
  }

  @Override
  public Heads heads() {
    return new RedisHeads(link);
  }

  @Override
  public void elapse(Duration duration) {
    var until = link.time(tenant).join().plus(duration).plusMillis(1);
    while (link.time(tenant).join().isBefore(until)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  @Override
  public void loseEverything() {
    for (LocalRedis master : cluster.masters()) {
      master.asked(commands -> {
        var keys = commands.keys("*{" + tenant + "}*");
        return keys.isEmpty() ? 0L : commands.del(keys.toArray(String[]::new));
      });
    }
  }

  @Override
  public String tenant() {
    return tenant;
  }

  @Override
  public void close() {
    link.close();
  }
}
