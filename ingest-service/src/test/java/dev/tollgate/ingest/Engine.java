package dev.tollgate.ingest;

import dev.tollgate.embedded.EmbeddedClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.testkit.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/// A ClickHouse of a test's own, which is killed and started again: process after process over one
/// directory, with one address and one password.
final class Engine implements AutoCloseable {
  private static final String DATABASE = "killed";
  private static final long PASSWORD_SEED = 7;

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
