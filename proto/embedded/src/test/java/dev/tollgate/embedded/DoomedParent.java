package dev.tollgate.embedded;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// A process that starts both stores at once and writes to them until it is killed. Prints `stores`
/// with the ids of the children, then `acked N` for each batch that both stores have acknowledged.
///
/// Arguments: the directory, and the engine.
final class DoomedParent {
  static final int BATCH_ROWS = 1_000;

  private DoomedParent() {}

  public static void main(String[] arguments) {
    var directory = Path.of(arguments[0]);
    var starting =
        CompletableFuture.supplyAsync(() ->
            EmbeddedRedis.start(
                directory.resolve("redis"),
                RedisBinary.find(System.getenv("PATH"), directory.resolve("bin")),
                new Random(1)));
    var clickHouse =
        EmbeddedClickHouse.start(
            directory.resolve("clickhouse"), Path.of(arguments[1]), new Random(2));
    var redis = starting.join();
    System.out.println("stores " + clickHouse.pid() + " " + redis.pid());

    clickHouse.createDatabase("ledger");
    Http.query(
        clickHouse,
        "CREATE TABLE IF NOT EXISTS ledger.t (batch Int64) ENGINE = MergeTree ORDER BY batch");
    try (var connection = Resp.connect(redis)) {
      for (var batch = 1; ; batch++) {
        check(
            Http.query(
                clickHouse,
                "INSERT INTO ledger.t SELECT %d FROM numbers(%d)".formatted(batch, BATCH_ROWS)),
            "");
        check(connection.call("SET batch" + batch + " " + batch), "+OK");
        System.out.println("acked " + batch);
      }
    }
  }

  private static void check(String answer, String expected) {
    if (!answer.equals(expected)) {
      throw new IllegalStateException(answer);
    }
  }
}
