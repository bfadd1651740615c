package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Redis;
import dev.tollgate.testkit.Stores;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// A real Redis.
final class RedisStage implements HoldsStage {
  private static final AtomicInteger TESTS = new AtomicInteger();

  private final TestRedis redis;
  private final Redis link;
  private final Holds holds;
  private final String tenant;

  RedisStage(Stores stores) {
    redis = new TestRedis(stores.redisUrl(), stores.redisPassword());
    link = redis.connect();
    holds = holds(HoldLimits.DEFAULT);
    tenant = stores.tenant() + "-" + TESTS.incrementAndGet();
  }

  TestRedis redis() {
    return redis;
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
    redis.elapse(duration);
  }

  @Override
  public void loseEverything() {
    redis.forget(tenant);
  }

  @Override
  public String tenant() {
    return tenant;
  }

  @Override
  public void close() {
    link.close();
    redis.close();
  }
}
