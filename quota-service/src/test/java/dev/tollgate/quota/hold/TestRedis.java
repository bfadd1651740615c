package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Redis;
import dev.tollgate.quota.redis.RedisSettings;
import dev.tollgate.secret.Secret;
import dev.tollgate.time.TimeSource;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A real Redis as tests use it: connected to, looked into, made to forget.
public final class TestRedis implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final RedisSettings settings;
  private final RedisClient client;
  private final RedisCommands<String, String> commands;

  public TestRedis(URI url, Secret password) {
    settings = RedisSettings.single(url, password);
    var address = RedisURI.create(url);
    var builder = RedisURI.builder(address);
    client =
        RedisClient.create(
            password.reveal().isEmpty()
                ? address
                : builder.withPassword(password.reveal().toCharArray()).build());
    commands = client.connect().sync();
  }

  public Redis connect() {
    return connect(TIMEOUT);
  }

  Redis connect(Duration timeout) {
    return connect(settings.withTimeout(timeout));
  }

  private static Redis connect(RedisSettings settings) {
    return Redis.connect(settings, HoldScripts.ALL, TimeSource.SYSTEM, new SimpleMeterRegistry());
  }

  /// For `TestBatch`.
  StatefulRedisConnection<byte[], byte[]> connectForBatches() {
    return client.connect(ByteArrayCodec.INSTANCE);
  }

  public RedisCommands<String, String> commands() {
    return commands;
  }

  static Redis connectTo(String url) {
    return connect(RedisSettings.single(URI.create(url), new Secret("")));
  }

  /// Drops every key of the tenant.
  public void forget(String tenant) {
    var keys = keys(tenant);
    if (!keys.isEmpty()) {
      // At once: what is made anew meanwhile must not be deleted, too.
      commands.del(keys.toArray(String[]::new));
    }
  }

  /// Every key that names the tenant.
  public List<String> keys(String tenant) {
    var matching = ScanArgs.Builder.matches("*{" + tenant + "}*").limit(10_000);
    return ScanIterator.scan(commands, matching).stream().toList();
  }

  Duration timeToLive(String key) {
    return Duration.ofMillis(commands.pttl(key));
  }

  /// Waits until Redis's clock has moved on by that much.
  public void elapse(Duration duration) {
    var until = micros() + TimeUnit.NANOSECONDS.toMicros(duration.toNanos()) + 1_000;
    while (micros() < until) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private long micros() {
    var time = commands.time();
    return Long.parseLong(time.get(0)) * 1_000_000 + Long.parseLong(time.get(1));
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
