package dev.tollgate.ingest;

import com.google.common.base.Splitter;
import dev.tollgate.embedded.EmbeddedClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.testkit.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
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

  /// Inserts into a table, to be killed where ClickHouse has noted their token and their rows are
  /// not in place: that is so for a fraction of a millisecond.
  final class Noting {
    private final Path place;
    private int before;

    Noting(String table) {
      place = place(table);
    }

    /// From now on nobody has an answer.
    void begin() {
      proxy.become(CutProxy.Mode.ANSWERS_LOST);
      before = notes(place).size();
    }

    /// kill -9, once something is noted. Where the kill came later than it should, takes rows out
    /// of their place: nobody was told that they are there.
    void kill() throws IOException {
      Await.until("an insert", () -> notes(place).size() > before);
      Engine.this.kill();
      proxy.become(CutProxy.Mode.OPEN);
      var noted = notes(place);
      for (var note : noted.subList(before, noted.size())) {
        var rows = place.resolve(Splitter.on('\t').splitToList(note).get(1));
        if (Files.exists(rows)) {
          Files.move(rows, dir.resolve("taken-" + rows.getFileName()));
        }
      }
    }
  }

  private Path place(String table) {
    try (var clickHouse = connect()) {
      return clickHouse
          .query(
              "SELECT data_paths[1] AS path FROM system.tables"
                  + " WHERE database = currentDatabase() AND name = {table:String}",
              Map.of("table", table),
              row -> Path.of(row.text("path")))
          .getFirst();
    }
  }

  /* One for each part, the oldest first: an operation, the part's name and the token. */
  private static List<String> notes(Path place) {
    try {
      return Files.readAllLines(place.resolve("deduplication_logs/deduplication_log_1.txt"));
    } catch (NoSuchFileException nothingYet) {
      return List.of();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
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
