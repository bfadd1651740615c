package dev.tollgate.testkit;

import dev.tollgate.embedded.EmbeddedClickHouse;
import dev.tollgate.embedded.EmbeddedRedis;
import dev.tollgate.embedded.RedisBinary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// The embedded stores, in a new directory below `target` that goes with them.
final class EmbeddedStores implements StoreSource {
  private final Path directory;
  private final SecureRandom random = new SecureRandom();
  private @Nullable EmbeddedRedis redis;
  private @Nullable EmbeddedClickHouse clickHouse;

  EmbeddedStores() {
    try {
      var target = Files.createDirectories(Path.of("target").toAbsolutePath());
      directory = Files.createTempDirectory(target, "stores-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized Redis redis() {
    var running = redis;
    if (running == null) {
      var binary =
          RedisBinary.find(System.getenv().getOrDefault("PATH", ""), directory.resolve("bin"));
      running = EmbeddedRedis.start(directory.resolve("redis"), binary, random);
      redis = running;
      Stores.say("Redis: embedded (" + binary.file() + ")");
    }
    return new Redis(running.url(), running.password());
  }

  @Override
  public synchronized ClickHouse clickHouse() {
    var running = started();
    return new ClickHouse(running.url(), running.user(), running.password());
  }

  @Override
  public synchronized void createDatabase(String name) {
    started().createDatabase(name);
  }

  @Override
  public synchronized void close() {
    if (redis != null) {
      redis.close();
    }
    if (clickHouse != null) {
      clickHouse.close();
    }
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EmbeddedClickHouse started() {
    var running = clickHouse;
    if (running == null) {
      running =
          EmbeddedClickHouse.start(
              directory.resolve("clickhouse"), Stores.clickHouseLibrary(), random);
      clickHouse = running;
      Stores.say("ClickHouse: embedded (libchdb)");
    }
    return running;
  }
}
