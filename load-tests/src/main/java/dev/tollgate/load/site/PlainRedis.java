package dev.tollgate.load.site;

import dev.tollgate.embedded.RedisBinary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A Redis of the benchmark's own: on loopback, empty, without a password, its file of appended
/// commands on or off.
public record PlainRedis(Process process, URI url) implements AutoCloseable {
  private static final long POLL_NANOS = 5_000_000;
  private static final int POLLS_MAX = 2_000;

  public static PlainRedis start(Path directory, RedisBinary binary, boolean appendOnly)
      throws IOException {
    Files.createDirectories(directory);
    var port = freePort();
    var process =
        new ProcessBuilder(
                binary.file().toAbsolutePath().toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                "" + port,
                "--save",
                "",
                "--appendonly",
                appendOnly ? "yes" : "no",
                "--maxmemory-policy",
                "noeviction")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start();
    var redis = new PlainRedis(process, URI.create("redis://127.0.0.1:" + port));
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "redis"));
    for (int i = 0; !answers(port); i++) {
      if (i == POLLS_MAX || !process.isAlive()) {
        redis.close();
        throw new IOException("redis-server did not start: see " + directory + "/redis.log");
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return redis;
  }

  private static boolean answers(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
