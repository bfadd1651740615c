package dev.tollgate.quota.hold;

import dev.tollgate.secret.Secret;
import dev.tollgate.time.TimeSource;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A real Redis as tests use it: connected to, looked into, made to forget.
public final class TestRedis implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final RedisSettings settings;
  private final RedisClient client;
  private final RedisCommands<String, String> commands;

  public TestRedis(URI url, Secret password) {
    settings = new RedisSettings(url, password, TIMEOUT, 10_000);
    var address = RedisURI.create(url);
    var builder = RedisURI.builder(address);
    client =
        RedisClient.create(
            password.reveal().isEmpty()
                ? address
                : builder.withPassword(password.reveal().toCharArray()).build());
    commands = client.connect().sync();
  }

  public RedisHolds connect(TimeSource time) {
    return connect(time, TIMEOUT);
  }

  RedisHolds connect(TimeSource time, Duration timeout) {
    var hasty =
        new RedisSettings(settings.url(), settings.password(), timeout, settings.queueMax());
    return RedisHolds.connect(hasty, time, new Random(1));
  }

  public RedisCommands<String, String> commands() {
    return commands;
  }

  static RedisHolds connectTo(String url) {
    var settings = new RedisSettings(URI.create(url), new Secret(""), TIMEOUT, 10);
    return RedisHolds.connect(settings, TimeSource.SYSTEM, new Random(1));
  }

  /// Drops every key of the tenant.
  public void forget(String tenant) {
    keys(tenant).forEach(commands::del);
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
