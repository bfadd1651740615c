package dev.tollgate.quota.redis;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// What can be watched of the way to the store.
final class RedisMeters {
  private final AtomicInteger open = new AtomicInteger();
  private final DistributionSummary sizes;
  private final Timer times;

  RedisMeters(MeterRegistry registry) {
    registry.gauge("quota.redis.circuit", open);
    sizes = DistributionSummary.builder("quota.redis.batch.size").register(registry);
    times = Timer.builder("quota.redis.batch.seconds").register(registry);
  }

  void circuitOpened() {
    open.incrementAndGet();
  }

  void circuitClosed() {
    open.decrementAndGet();
  }

  void batch(int size, long nanos) {
    sizes.record(size);
    times.record(nanos, TimeUnit.NANOSECONDS);
  }
}
