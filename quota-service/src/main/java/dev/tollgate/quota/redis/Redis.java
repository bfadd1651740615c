package dev.tollgate.quota.redis;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.time.TimeSource;
import io.lettuce.core.cluster.SlotHash;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Redis as the verbs need it. Never blocks once connected; safe for concurrent use.
///
/// Answers come on an event loop: what depends on them must not block.
public final class Redis implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Driver driver;
  private final List<Courier> couriers;
  private final boolean isCluster;
  private final TimeSource time;
  private final long timeoutNanos;
  private final int queueMax;
  private final AtomicInteger waiting = new AtomicInteger();

  private Redis(Driver driver, List<Courier> couriers, RedisSettings settings, TimeSource time) {
    this.driver = driver;
    this.couriers = List.copyOf(couriers);
    this.time = time;
    isCluster = settings.topology() == Topology.CLUSTER;
    timeoutNanos = settings.timeout().toNanos();
    queueMax = settings.queueMax();
  }

  /// Connects, on event loops of its own. Blocks; throws STORE_UNAVAILABLE where Redis is away, or
  /// set so that it would forget.
  public static Redis connect(
      RedisSettings settings, RedisScripts scripts, TimeSource time, MeterRegistry meters) {
    return connect(Driver.start(settings), settings, scripts, time, meters);
  }

  /// As the other, on the event loops of somebody who goes on to own them. They must be of the
  /// transport that the driver takes: epoll where there is epoll, else NIO.
  public static Redis connect(
      RedisSettings settings,
      RedisScripts scripts,
      TimeSource time,
      MeterRegistry meters,
      EventLoopGroup loops) {
    return connect(Driver.on(settings, loops), settings, scripts, time, meters);
  }

  private static Redis connect(
      Driver driver,
      RedisSettings settings,
      RedisScripts scripts,
      TimeSource time,
      MeterRegistry registry) {
    var couriers = new ArrayList<Courier>();
    try {
      var meters = new RedisMeters(registry);
      for (var links : driver.links(scripts)) {
        couriers.add(new Courier(links.loop(), links, scripts.batch(), settings, time, meters));
      }
      couriers.forEach(courier -> requireOne(courier.start().join()));
      return new Redis(driver, couriers, settings, time);
    } catch (RuntimeException e) {
      shut(couriers);
      driver.close();
      throw LettuceLinks.isTrouble(e)
          ? Failure.of(
              Reason.STORE_UNAVAILABLE,
              "Redis at %s can't be used: %s"
                  .formatted(new Addresses(settings, Duration.ZERO), LettuceLinks.innermost(e)))
          : e;
    }
  }

  /* A node of a cluster may be away; one that would forget may not be there. */
  private static void requireOne(List<CompletableFuture<Void>> nodes) {
    CompletionException last = null;
    var connected = nodes.isEmpty() ? 1 : 0;
    for (var node : nodes) {
      try {
        node.join();
        connected++;
      } catch (CompletionException e) {
        if (e.getCause() instanceof Failure) {
          throw e;
        }
        last = e;
      }
    }
    if (connected == 0 && last != null) {
      throw last;
    }
  }

  /// Puts it into the next batch of its slot's connection. Fails with STORE_UNAVAILABLE, to be
  /// retried, where Redis does not answer in time, is away (then at once), or too many wait.
  public <T> CompletableFuture<T> submit(String tenant, Verb<T> verb) {
    if (isFull()) {
      return full();
    }
    return sent(tenant, new Step<>(verb, slot(tenant), deadlineNanos(), waiting));
  }

  /// Runs a script by itself, outside of batches: a long or a rare one. Fails as [#submit] does.
  public CompletableFuture<byte[]> run(
      Script script, String tenant, List<byte[]> keys, List<byte[]> arguments) {
    return run(tenant, new Invocation(script, keys, arguments, true));
  }

  /// What the keys hold, in their order.
  public CompletableFuture<List<Optional<byte[]>>> get(String tenant, List<byte[]> keys) {
    if (keys.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return run(tenant, new Invocation(Solo.READ, keys, List.of(), false))
        .thenApply(bytes -> {
          var answer = new Unpacker(bytes);
          var values = new ArrayList<Optional<byte[]>>(keys.size());
          for (int left = answer.array(); left > 0; left--) {
            values.add(answer.bytesIfAny());
          }
          return values;
        });
  }

  /// The clock of the node that has the tenant's keys.
  public CompletableFuture<Instant> time(String tenant) {
    return run(tenant, new Invocation(Solo.CLOCK, List.of(), List.of(), false))
        .thenApply(bytes -> {
          var answer = new Unpacker(bytes);
          answer.array();
          return Instant.ofEpochSecond(
              answer.integer(), TimeUnit.MICROSECONDS.toNanos(answer.integer()));
        });
  }

  private CompletableFuture<byte[]> run(String tenant, Invocation invocation) {
    if (isFull()) {
      return full();
    }
    return sent(tenant, new Solo(invocation, slot(tenant), deadlineNanos(), waiting));
  }

  private <T> CompletableFuture<T> sent(String tenant, Pending<T> pending) {
    courier(tenant).accept(pending);
    return pending.answer();
  }

  /* The caller's own loop where it is one of ours: no other thread has to wake up. */
  private Courier courier(String tenant) {
    if (couriers.size() == 1) {
      return couriers.getFirst();
    }
    for (var courier : couriers) {
      if (courier.isCurrent()) {
        return courier;
      }
    }
    return couriers.get(Math.floorMod(tenant.hashCode(), couriers.size()));
  }

  private int slot(String tenant) {
    return isCluster ? SlotHash.getSlot(("{" + tenant + "}").getBytes(StandardCharsets.UTF_8)) : 0;
  }

  private long deadlineNanos() {
    return time.nanoTime() + timeoutNanos;
  }

  private boolean isFull() {
    if (waiting.incrementAndGet() <= queueMax) {
      return false;
    }
    waiting.decrementAndGet();
    return true;
  }

  private static <T> CompletableFuture<T> full() {
    return CompletableFuture.failedFuture(Courier.unavailable("too many calls wait for Redis"));
  }

  /// Fails what waits for an answer, and disconnects.
  @Override
  public void close() {
    shut(couriers);
    driver.close();
  }

  private static void shut(List<Courier> couriers) {
    CompletableFuture.allOf(
            couriers.stream().map(Courier::shut).toArray(CompletableFuture<?>[]::new))
        .orTimeout(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(late -> null)
        .join();
  }
}
