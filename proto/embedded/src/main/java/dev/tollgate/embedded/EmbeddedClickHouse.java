package dev.tollgate.embedded;

import dev.tollgate.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/// ClickHouse as a child process: the real engine with its own HTTP server, on loopback, gone with
/// its parent, its data kept in a directory.
public final class EmbeddedClickHouse implements AutoCloseable {
  /// What the engine may use unless told otherwise.
  public static final long MEMORY_BYTES = 2L * 1024 * 1024 * 1024;

  private static final String PLATFORM = "Linux/amd64";
  private static final int HEAP_MEBIBYTES = 64;
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final Duration STATEMENT_WITHIN = Duration.ofSeconds(30);

  private final StoreProcess process;
  private final Secret password;

  private EmbeddedClickHouse(StoreProcess process, Secret password) {
    this.process = process;
    this.password = password;
  }

  /// Where `npm ci` puts the engine in a source tree.
  public static Path library(Path root) {
    return root.resolve("proto/embedded/engine/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so");
  }

  public static EmbeddedClickHouse start(Path directory, Path library, RandomGenerator random) {
    return start(directory, library, MEMORY_BYTES, random);
  }

  /// Starts the engine and returns when it answers.
  ///
  /// @param directory created where it is missing; one running engine at a time
  /// @throws StoreStartFailed with the remedy where there is one
  public static EmbeddedClickHouse start(
      Path directory, Path library, long memoryBytesMax, RandomGenerator random) {
    var platform = System.getProperty("os.name") + "/" + System.getProperty("os.arch");
    if (!platform.equals(PLATFORM)) {
      throw new StoreStartFailed(
          "the ClickHouse engine runs on %s only, this is %s (use a ClickHouse server)"
              .formatted(PLATFORM, platform),
          List.of());
    }
    if (!Files.isReadable(library)) {
      throw new StoreStartFailed(
          "the ClickHouse engine is missing: %s (install it: npm ci in proto/embedded/engine)"
              .formatted(library),
          List.of());
    }
    var password = StoreProcess.password(random);
    var launch =
        new StoreProcess.Launch(
            "clickhouse",
            ClickHouseChild.class,
            HEAP_MEBIBYTES,
            directory.toAbsolutePath(),
            List.of(library.toAbsolutePath().toString(), Long.toString(memoryBytesMax)),
            READY_WITHIN);
    return new EmbeddedClickHouse(StoreProcess.start(launch, password), password);
  }

  /// Of its HTTP server.
  public URI url() {
    return URI.create("http://127.0.0.1:" + process.port());
  }

  public String user() {
    return ClickHouseConfig.USER;
  }

  /// Another one after every start.
  public Secret password() {
    return password;
  }

  /// Creates the database where it is missing. Tables must not go into `default`, which the engine
  /// lays over other databases.
  ///
  /// @param name lower-case letters, digits and underscores
  public void createDatabase(String name) {
    if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("name: " + name + " (expected: [a-z][a-z0-9_]{0,62})");
    }
    execute("CREATE DATABASE IF NOT EXISTS " + name + " ENGINE = Atomic");
  }

  /// Whether its process lives.
  public boolean isRunning() {
    return process.isRunning();
  }

  /// Of its process.
  public long pid() {
    return process.pid();
  }

  /// Stops the engine; blocks until it has ended.
  @Override
  public void close() {
    process.close();
  }

  private void execute(String statement) {
    var request =
        HttpRequest.newBuilder(url())
            .timeout(STATEMENT_WITHIN)
            .header("X-ClickHouse-User", user())
            .header("X-ClickHouse-Key", password.reveal())
            .POST(HttpRequest.BodyPublishers.ofString(statement))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(response.body().strip());
      }
    } catch (IOException e) {
      throw new IllegalStateException("ClickHouse does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
