package dev.tollgate.load.check;

import dev.tollgate.load.drive.Operation;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Bucket4j on the same Redis through Lettuce, as its manual has it: one token of one bucket, which
/// has plenty.
final class Buckets implements AutoCloseable {
  private static final int DATABASE = 2;
  private static final long TOKENS = 1_000_000_000_000L;

  private final RedisClient client;
  private final StatefulRedisConnection<byte[], byte[]> connection;

  Buckets(URI url) {
    client = RedisClient.create(RedisURI.create(url));
    connection = client.connect(ByteArrayCodec.INSTANCE);
    connection.sync().select(DATABASE);
  }

  /// Takes a token of one bucket after the other.
  Operation over(int count) {
    var configuration =
        BucketConfiguration.builder()
            .addLimit(limit -> limit.capacity(TOKENS).refillGreedy(TOKENS, Duration.ofHours(1)))
            .build();
    var manager = Bucket4jLettuce.casBasedBuilder(connection).build().asAsync();
    var buckets =
        IntStream.range(0, count)
            .mapToObj(i -> ("bucket-" + count + "-" + i).getBytes(StandardCharsets.US_ASCII))
            .map(key ->
                manager
                    .builder()
                    .build(key, () -> CompletableFuture.completedFuture(configuration)))
            .toArray(AsyncBucketProxy[]::new);
    var next = new AtomicInteger();
    return (lane, intended, tally) -> {
      var bucket = buckets[Math.floorMod(next.getAndIncrement() * 7919, buckets.length)];
      var _ =
          bucket
              .tryConsume(1)
              .whenComplete((_, error) -> {
                if (error != null) {
                  tally.failed(error);
                  return;
                }
                tally.timed(intended);
                tally.answered();
                tally.ended(lane);
              });
    };
  }

  /// Forgets them all.
  void clear() {
    connection.sync().flushdb();
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
  }
}
