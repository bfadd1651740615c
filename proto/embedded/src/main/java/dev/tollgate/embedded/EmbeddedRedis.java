package dev.tollgate.embedded;

import dev.tollgate.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// Redis as a child process: on loopback, gone with its parent, its data kept in a directory (what
/// was written more than a second ago survives the loss of the machine, all of it the loss of the
/// parent).
public final class EmbeddedRedis implements AutoCloseable {
  /// What Redis may hold unless told otherwise; a write beyond it is refused, nothing is evicted.
  public static final long MEMORY_BYTES = 512L * 1024 * 1024;

  private static final int HEAP_MEBIBYTES = 16;
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final Pattern MAJOR = Pattern.compile("v=(\\d+)\\.");
  private static final int SPLIT_DATA_SINCE = 7;

  private final StoreProcess process;
  private final Secret password;

  private EmbeddedRedis(StoreProcess process, Secret password) {
    this.process = process;
    this.password = password;
  }

  public static EmbeddedRedis start(Path directory, RedisBinary binary, RandomGenerator random) {
    return start(directory, binary, MEMORY_BYTES, random);
  }

  /// Starts Redis and returns when it has loaded its data and answers.
  ///
  /// @param directory created where it is missing; one running Redis at a time
  /// @throws StoreStartFailed with the remedy where there is one
  public static EmbeddedRedis start(
      Path directory, RedisBinary binary, long memoryBytesMax, RandomGenerator random) {
    checkReads(binary, directory);
    var password = StoreProcess.password(random);
    var launch =
        new StoreProcess.Launch(
            "redis",
            RedisChild.class,
            HEAP_MEBIBYTES,
            directory.toAbsolutePath(),
            List.of(binary.file().toAbsolutePath().toString(), Long.toString(memoryBytesMax)),
            READY_WITHIN);
    return new EmbeddedRedis(StoreProcess.start(launch, password), password);
  }

  /// Without the password.
  public URI url() {
    return URI.create("redis://127.0.0.1:" + process.port());
  }

  /// Another one after every start.
  public Secret password() {
    return password;
  }

  /// Whether its process lives.
  public boolean isRunning() {
    return process.isRunning();
  }

  long pid() {
    return process.pid();
  }

  /// Has Redis write what it holds and end; blocks until it has.
  @Override
  public void close() {
    process.close();
  }

  /// A Redis before 7 does not see what a newer one wrote: it would start empty, silently.
  private static void checkReads(RedisBinary binary, Path directory) {
    if (Files.exists(directory.resolve(RedisConfig.DATA_SINCE_7))
        && major(binary) < SPLIT_DATA_SINCE) {
      throw new StoreStartFailed(
          "the data in %s was written by Redis 7 or newer, which %s can't read"
                  .formatted(directory, binary.file())
              + " (put redis-server 7 or newer on PATH, or choose another directory)",
          List.of());
    }
  }

  private static int major(RedisBinary binary) {
    try {
      var version =
          new ProcessBuilder(binary.file().toString(), "--version")
              .redirectErrorStream(true)
              .start();
      try (var output = version.getInputStream()) {
        var text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
        var major = MAJOR.matcher(text);
        if (!major.find()) {
          throw new StoreStartFailed(
              "%s is not a redis-server: %s".formatted(binary.file(), text.strip()), List.of());
        }
        return Integer.parseInt(major.group(1));
      }
    } catch (IOException e) {
      throw new StoreStartFailed(
          "%s can't be run: %s".formatted(binary.file(), e.getMessage()), List.of());
    }
  }
}
