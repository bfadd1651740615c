package dev.tollgate.ingest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;

/// ingest-service in a process of its own, so that it can be killed.
final class Child implements AutoCloseable {
  private final Process process;
  private final int port;

  private Child(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// Starts the real main and returns when the service is ready.
  static Child start(Map<String, String> environment, Path output) throws IOException {
    return start(environment, output, freePort());
  }

  static Child start(Map<String, String> environment, Path output, int port) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var builder =
        new ProcessBuilder(
            java,
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.tollgate.ingest.IngestMain");
    builder.environment().putAll(environment);
    builder.environment().put("TOLLGATE_INGEST_GRPC_PORT", Integer.toString(port));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    var child = new Child(builder.start(), port);
    Await.until("listening", () -> !child.process.isAlive() || isListening(port));
    if (!child.process.isAlive()) {
      throw new AssertionError("ingest-service ended; see " + output);
    }
    Ready.await(port);
    return child;
  }

  int port() {
    return port;
  }

  /// kill -9.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
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
