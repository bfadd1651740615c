package dev.tollgate.load.check;

import dev.tollgate.load.drive.MeasurementFailed;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// What keys a Redis has, and how much memory it uses for them.
final class Keyspace implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final int SCANNED = 10_000;
  private static final int SAMPLES = 1_000;
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int POLLS_MAX = 300;
  private static final int STEADY_POLLS = 5;
  private static final long STEADY_BYTES = 16_384;

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final RedisCommands<String, String> redis;

  Keyspace(URI url) {
    client = RedisClient.create(RedisURI.create(url));
    connection = client.connect();
    connection.setTimeout(TIMEOUT);
    redis = connection.sync();
  }

  /* Redis gives back what was unlinked, and shrinks its tables, after it has answered. */
  /// What is in use, without the buffers of connections, once that has stopped to change.
  long steadyBytes() {
    var steady = 0;
    var last = bytes();
    for (int i = 0; i < POLLS_MAX; i++) {
      LockSupport.parkNanos(POLL_NANOS);
      var now = bytes();
      steady = Math.abs(now - last) <= STEADY_BYTES ? steady + 1 : 0;
      last = now;
      if (steady == STEADY_POLLS) {
        return now;
      }
    }
    throw new MeasurementFailed("Redis' use of memory does not stop to change");
  }

  private long bytes() {
    var memory = info("memory");
    return Long.parseLong(memory.get("used_memory"))
        - Long.parseLong(memory.get("mem_clients_normal"));
  }

  /// How many keys there are that match.
  long count(String match) {
    var keys = new long[1];
    scan(match, page -> keys[0] += page.size());
    return keys[0];
  }

  /// How many members a sorted set has.
  long members(String key) {
    return redis.zcard(key);
  }

  /// The median of what Redis says of single keys that match, of up to 1,000; 0 where none does.
  long medianBytes(String match) {
    var sampled = new ArrayList<String>();
    scan(match, page -> page.stream().limit(SAMPLES - sampled.size()).forEach(sampled::add));
    var sorted = sampled.stream().mapToLong(redis::memoryUsage).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  /// Removes the keys that match.
  void remove(String match) {
    scan(match, page -> redis.unlink(page.toArray(String[]::new)));
  }

  private void scan(String match, Consumer<List<String>> pages) {
    var scan = ScanArgs.Builder.matches(match).limit(SCANNED);
    KeyScanCursor<String> cursor = redis.scan(scan);
    while (true) {
      if (!cursor.getKeys().isEmpty()) {
        pages.accept(cursor.getKeys());
      }
      if (cursor.isFinished()) {
        return;
      }
      cursor = redis.scan(cursor, scan);
    }
  }

  /// Which Redis it is.
  String version() {
    return info("server").getOrDefault("redis_version", "unknown");
  }

  private Map<String, String> info(String section) {
    return redis
        .info(section)
        .lines()
        .map(line -> line.strip().split(":", 2))
        .filter(parts -> parts.length == 2)
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
  }
}
