package dev.tollgate.ingest;

import dev.tollgate.ingest.log.Passage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// ingest-service in a process of its own, so that it can be killed.
final class Child implements AutoCloseable {
  private final Process process;
  private final int port;
  private final Path output;
  private final CompletableFuture<Void> atPoint = new CompletableFuture<>();

  private Child(Process process, int port, Path output) {
    this.process = process;
    this.port = port;
    this.output = output;
  }

  /// Starts the real main and returns when the service is ready.
  static Child start(Map<String, String> environment, Path output) throws IOException {
    var child = launch(environment, output, freePort());
    child.awaitReady();
    return child;
  }

  /// Starts the real main and returns at once.
  static Child launch(Map<String, String> environment, Path output, int port) throws IOException {
    return launch(environment, output, port, List.of("dev.tollgate.ingest.IngestMain"));
  }

  /// The same, but it stands still at the point's passage of that number; the first one has 1.
  static Child launch(
      Map<String, String> environment, Path output, int port, Passage.Point point, int passage)
      throws IOException {
    return launch(
        environment,
        output,
        port,
        List.of(PointMain.class.getName(), point.name(), Integer.toString(passage)));
  }

  private static Child launch(
      Map<String, String> environment, Path output, int port, List<String> main)
      throws IOException {
    var builder = new ProcessBuilder(command(main));
    builder.environment().putAll(environment);
    builder.environment().put("TOLLGATE_INGEST_GRPC_PORT", Integer.toString(port));
    builder.redirectErrorStream(true);
    var child = new Child(builder.start(), port, output);
    Thread.ofPlatform().name("child-" + child.process.pid()).daemon().start(child::listen);
    return child;
  }

  /// How a JVM with this one's classes is started.
  static List<String> command(List<String> main) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(main);
    return command;
  }

  /* Writes down what the process says, until it is gone. */
  private void listen() {
    try (var lines = process.inputReader(StandardCharsets.UTF_8);
        var file =
            Files.newBufferedWriter(output, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(PointMain.REACHED)) {
          atPoint.complete(null);
        }
        file.write(line + "\n");
        file.flush();
      }
    } catch (IOException gone) {
      // Nobody wants to know more.
    }
  }

  void awaitReady() {
    Await.until("listening", () -> !process.isAlive() || isListening(port));
    checkAlive();
    Ready.await(port);
  }

  /// Waits until it stands at its point.
  void awaitPoint() {
    Await.until("the point", () -> !process.isAlive() || atPoint.isDone());
    checkAlive();
  }

  private void checkAlive() {
    if (!process.isAlive()) {
      throw new AssertionError("ingest-service ended; see " + output);
    }
  }

  int port() {
    return port;
  }

  /// kill -9.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// SIGTERM; returns when it has ended.
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      throw new AssertionError("ingest-service does not end; see " + output);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static boolean isListening(int port) {
    try (var _ = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
