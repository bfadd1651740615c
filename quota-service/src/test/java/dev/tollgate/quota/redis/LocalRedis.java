package dev.tollgate.quota.redis;

import dev.tollgate.embedded.RedisBinary;
import dev.tollgate.secret.Secret;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A `redis-server` of one test's own: killed, frozen, started again.
public final class LocalRedis implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  /* A node of a cluster listens on its port and on this many above. */
  private static final int BUS = 10_000;

  private final Path directory;
  private final List<String> command;
  private final int port;
  private final RedisClient client;
  private Process process;

  private LocalRedis(Path directory, int port, List<String> command) {
    this.directory = directory;
    this.port = port;
    this.command = command;
    client = RedisClient.create(RedisURI.create(url()));
    process = launch();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
  }

  /// Starts one and waits until it answers.
  ///
  /// @param options as on the command line: `--appendonly`, `yes`
  public static LocalRedis start(String... options) {
    var port = freePort();
    var directory = temporary();
    var command =
        new ArrayList<>(
            List.of(
                binary(),
                "--port",
                "" + port,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                directory.toString()));
    command.addAll(List.of(options));
    return new LocalRedis(directory, port, command).answering();
  }

  /// Starts a Sentinel by its configuration, whose port is still to be put in.
  static LocalRedis startSentinel(String configuration) {
    var port = freePort();
    var directory = temporary();
    var file = directory.resolve("sentinel.conf");
    try {
      Files.writeString(
          file, "port " + port + "\nbind 127.0.0.1\ndir " + directory + "\n" + configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new LocalRedis(directory, port, List.of(binary(), file.toString(), "--sentinel"))
        .answering();
  }

  private static String binary() {
    var path = System.getenv().getOrDefault("PATH", "");
    return RedisBinary.find(path, Path.of("target", "redis").toAbsolutePath()).file().toString();
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("tollgate-redis");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    for (int tries = 0; tries < 100; tries++) {
      try (var one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        var port = one.getLocalPort() - BUS;
        try (var other = new ServerSocket()) {
          other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
          return port;
        }
      } catch (IOException | IllegalArgumentException taken) {
        // The next one, then.
      }
    }
    throw new IllegalStateException("no free port");
  }

  private Process launch() {
    try {
      return new ProcessBuilder(command)
          .directory(directory.toFile())
          .redirectErrorStream(true)
          .redirectOutput(directory.resolve("log").toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LocalRedis answering() {
    eventually("Redis on " + port, () -> asked(commands -> commands.ping()).equals("PONG"));
    return this;
  }

  /// Something asked over a connection of its own.
  public interface Question<T> {
    T ask(RedisCommands<String, String> commands);
  }

  public <T> T asked(Question<T> question) {
    try (var connection = client.connect()) {
      return question.ask(connection.sync());
    }
  }

  public int port() {
    return port;
  }

  public URI url() {
    return URI.create("redis://127.0.0.1:" + port);
  }

  RedisSettings settings() {
    return RedisSettings.single(url(), new Secret(""));
  }

  /// Ends it as a power cut would; blocks until it is gone.
  public void kill() {
    process.destroyForcibly();
    eventually("the end of Redis on " + port, () -> !process.isAlive());
  }

  /// Starts it again after its end, with the data that it wrote.
  public void restart() {
    process = launch();
    answering();
  }

  /// Starts it again after its end, as a machine that lost its disk would.
  public void restartEmpty() {
    try (var files = Files.walk(directory)) {
      files
          .filter(file -> file.getFileName().toString().contains("aof"))
          .filter(Files::isRegularFile)
          .forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    restart();
  }

  /// It stays connected and does nothing.
  void freeze() {
    signal("-STOP");
  }

  void thaw() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", name, "" + process.pid()).start().waitFor(5, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Waits until it holds; fails when it does not for long.
  public static void eventually(String what, BooleanSupplier condition) {
    var until = System.nanoTime() + PATIENCE.toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() > until) {
        throw new AssertionError("in vain waited for: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /* A node that is gone, or just cuts its connections, is asked again. */
  private static boolean holds(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (RedisException down) {
      return false;
    }
  }

  @Override
  public void close() {
    client.shutdown();
    process.destroyForcibly();
    try (var files = Files.walk(directory)) {
      process.waitFor(5, TimeUnit.SECONDS);
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
