package dev.tollgate.ingest;

import dev.tollgate.embedded.EmbeddedClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.testkit.Stores;
import dev.tollgate.time.TimeSource;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/// A ClickHouse of a test's own, which is killed and started again: process after process over one
/// directory, with one address and one password.
final class Engine implements AutoCloseable {
  private static final String DATABASE = "killed";
  private static final long PASSWORD_SEED = 7;
  private static final Duration NOTE_WITHIN = Duration.ofSeconds(90);

  private final Path dir;
  private final CutProxy proxy;
  private EmbeddedClickHouse server;

  Engine(Path dir) throws IOException {
    this.dir = dir;
    this.server = launch();
    this.proxy = new CutProxy(server.url());
    server.createDatabase(DATABASE);
  }

  private EmbeddedClickHouse launch() {
    return EmbeddedClickHouse.start(dir, Stores.clickHouseLibrary(), new Random(PASSWORD_SEED));
  }

  /// kill -9.
  void kill() {
    ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
    Await.until("ClickHouse is gone", () -> !server.isRunning());
  }

  /// The same, as soon as it has noted the token of an insert into the table: the rows come into
  /// place a fraction of a millisecond later.
  void killNoting(String table) {
    var notes = notes(table).toFile();
    var before = size(notes);
    var start = TimeSource.SYSTEM.nanoTime();
    while (size(notes) == before) {
      if (TimeSource.SYSTEM.nanoTime() - start > NOTE_WITHIN.toNanos()) {
        throw new AssertionError("no insert into " + table + " within " + NOTE_WITHIN);
      }
    }
    kill();
  }

  private Path notes(String table) {
    try (var clickHouse = connect()) {
      return clickHouse
          .query(
              "SELECT data_paths[1] AS path FROM system.tables"
                  + " WHERE database = currentDatabase() AND name = {table:String}",
              Map.of("table", table),
              row -> Path.of(row.text("path"), "deduplication_logs"))
          .getFirst();
    }
  }

  private static long size(File directory) {
    var size = 0L;
    for (var file : Objects.requireNonNull(directory.listFiles())) {
      size += file.length();
    }
    return size;
  }

  /// Starts it after a kill; returns when it answers.
  void start() {
    server.close();
    server = launch();
    proxy.retarget(server.url());
  }

  ClickHouse connect() {
    return ClickHouse.connect(
        new ClickHouseSettings(proxy.url(), DATABASE, server.user(), server.password()));
  }

  /// What ingest-service is told of it.
  Map<String, String> environment() {
    return Map.of(
        "TOLLGATE_INGEST_CLICKHOUSE_URL", proxy.url().toString(),
        "TOLLGATE_INGEST_CLICKHOUSE_DATABASE", DATABASE,
        "TOLLGATE_INGEST_CLICKHOUSE_USER", server.user(),
        "TOLLGATE_INGEST_CLICKHOUSE_PASSWORD", server.password().reveal());
  }

  @Override
  public void close() {
    proxy.close();
    server.close();
  }
}
