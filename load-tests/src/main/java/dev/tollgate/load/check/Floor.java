package dev.tollgate.load.check;

import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.load.drive.Operation;
import dev.tollgate.load.drive.Tally;
import io.lettuce.core.CopyArgs;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// The scripts alone: sends Redis again and again what the product sent it for a while, each time
/// for other reservations, in a database of its own. Every check is admitted and settled.
final class Floor implements Operation, AutoCloseable {
  /* The batches are those that the product made under load, so the floor has what the product has:
  the same scripts, keys and arguments, as many verbs in a call. One connection: order matters. */
  private static final int DATABASE = 1;
  private static final int SCANNED = 10_000;
  private static final int SILENCE_MILLIS = 500;

  private final StatefulRedisConnection<byte[], byte[]> product;
  private final StatefulRedisConnection<byte[], byte[]> own;
  private final Keyspace keyspace;
  private final RedisClient client;
  private final URI url;
  private List<Sent> sent = List.of();
  private final AtomicLong next = new AtomicLong();

  Floor(URI url) {
    this.url = url;
    keyspace = new Keyspace(url);
    client = RedisClient.create(RedisURI.create(url));
    product = client.connect(ByteArrayCodec.INSTANCE);
    own = client.connect(ByteArrayCodec.INSTANCE);
    own.sync().select(DATABASE);
  }

  /// Listens while the product does what is to be repeated: checks of one tenant, all settled.
  void learn(String tenant, Runnable traffic) throws IOException {
    try (var monitor = Monitor.open(url, SILENCE_MILLIS)) {
      traffic.run();
      sent = monitor.scripts().stream().filter(script -> script.verbs() > 0).toList();
    }
    if (sent.isEmpty()) {
      throw new MeasurementFailed("the product sent Redis no script");
    }
    next.set(0);
    clear();
    copy(tenant);
  }

  /// How many verbs the product sent at once.
  double verbsPerScript() {
    return sent.stream().mapToInt(Sent::verbs).average().orElse(0);
  }

  /* All that the tenant has, but no reservations. */
  private void copy(String tenant) {
    var match = "{" + tenant + "}:*";
    var scan = ScanArgs.Builder.matches(match).limit(SCANNED);
    KeyScanCursor<byte[]> cursor = product.sync().scan(scan);
    while (true) {
      for (var key : cursor.getKeys()) {
        var name = new String(key, StandardCharsets.ISO_8859_1);
        if (!name.contains(":r:")) {
          product.sync().copy(key, key, CopyArgs.Builder.destinationDb(DATABASE).replace(true));
        }
      }
      if (cursor.isFinished()) {
        return;
      }
      cursor = product.sync().scan(cursor, scan);
    }
  }

  /* Synchronized: what is sent first is written first. */
  @Override
  public void begin(int lane, long intendedNanos, Tally tally) {
    Sent script;
    synchronized (this) {
      var number = next.getAndIncrement();
      script = sent.get((int) (number % sent.size()));
      var args = script.args((int) (number / sent.size()));
      var _ =
          own.async()
              .dispatch(CommandType.EVALSHA, new Ignored(), args)
              .whenComplete((_, error) -> {
                if (error != null) {
                  tally.failed(error);
                  return;
                }
                tally.timed(intendedNanos);
                tally.answered(script.verbs());
                tally.ended(lane);
              });
    }
  }

  /// Fails where what was sent did not admit: every check of a whole turn leaves a record.
  void verify() {
    var turns = next.get() / sent.size();
    var ids = new HashSet<String>();
    sent.forEach(script -> ids.addAll(script.ids()));
    var expected = turns * ids.size();
    var found = own.sync().dbsize();
    if (found < expected) {
      throw new MeasurementFailed(
          "the floor holds %d keys (expected: at least %d, a record per check)"
              .formatted(found, expected));
    }
  }

  /// Forgets all that the floor wrote.
  void clear() {
    own.sync().flushdb();
  }

  /// Forgets the product's reservations, which are settled: as it does itself after a while.
  void forget() {
    keyspace.remove("*:r:*");
  }

  /// Which Redis it is.
  String version() {
    return keyspace.version();
  }

  @Override
  public void close() {
    keyspace.close();
    product.close();
    own.close();
    client.shutdown();
  }

  /// Takes an answer of any shape; only an error counts.
  private static final class Ignored extends CommandOutput<byte[], byte[], Boolean> {
    Ignored() {
      super(ByteArrayCodec.INSTANCE, true);
    }

    @Override
    public void set(ByteBuffer bytes) {}

    @Override
    public void set(long integer) {}

    @Override
    public void multi(int count) {}
  }
}
