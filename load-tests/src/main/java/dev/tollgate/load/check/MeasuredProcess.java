package dev.tollgate.load.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The child JVM that is measured.
///
/// @param quota the port of quota-service; the others are those of the two that do nothing
record MeasuredProcess(Process process, int quota, int noop, int intercepted)
    implements AutoCloseable {
  /// As `deploy/tollgate` starts services.
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmx1g",
          "-Dio.netty.leakDetection.level=disabled",
          "--sun-misc-unsafe-memory-access=allow",
          "--enable-native-access=ALL-UNNAMED");

  /// Returns when it serves. What it logs goes to the file.
  static MeasuredProcess start(Map<String, String> settings, List<String> flags, Path log)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(MeasuredMain.class.getName());
    var builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("TOLLGATE_"));
    builder.environment().putAll(settings);
    var process = builder.start();
    var reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      var words = line.split(" ", -1);
      if (words[0].equals(MeasuredMain.READY)) {
        drain(reader);
        return new MeasuredProcess(
            process,
            Integer.parseInt(words[1]),
            Integer.parseInt(words[2]),
            Integer.parseInt(words[3]));
      }
    }
    process.destroyForcibly();
    throw new IOException("the measured process ended before it served: see " + log);
  }

  private static void drain(BufferedReader reader) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            reader.transferTo(java.io.Writer.nullWriter());
          } catch (IOException ended) {
            // With its process.
          }
        });
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException ended) {
      process.destroyForcibly();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
