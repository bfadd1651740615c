package dev.tollgate.load.site;

import dev.tollgate.load.drive.MeasurementFailed;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A child JVM in which a service serves, alone.
public final class MeasuredProcess implements AutoCloseable {
  /* As `deploy/tollgate` starts services. */
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmx1g",
          "-Dio.netty.leakDetection.level=disabled",
          "--sun-misc-unsafe-memory-access=allow",
          "--enable-native-access=ALL-UNNAMED");

  private final Process process;
  private final BufferedReader out;
  private final BufferedWriter in;
  private final List<Integer> ports;

  private MeasuredProcess(Process process, BufferedReader out, List<Integer> ports) {
    this.process = process;
    this.out = out;
    this.in =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.ports = ports;
  }

  /// Returns when it serves. What it logs goes to the file.
  ///
  /// @param main one that ends in `Serving.until`
  static MeasuredProcess start(
      Class<?> main, Map<String, String> settings, List<String> flags, Path log)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    var builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("TOLLGATE_"));
    builder.environment().putAll(settings);
    var process = builder.start();
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      var words = Arrays.asList(line.split(" ", -1));
      if (words.getFirst().equals(Serving.READY)) {
        return new MeasuredProcess(
            process, out, words.stream().skip(1).map(Integer::valueOf).toList());
      }
    }
    process.destroyForcibly();
    throw new IOException(
        "the measured process ended before it served: %s"
            .formatted(Files.readString(log, StandardCharsets.UTF_8)));
  }

  /// One of the ports on which it serves, in the order in which its main tells them.
  public int port(int number) {
    return ports.get(number);
  }

  /// Processor time that it has used.
  public Duration time() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// The bytes that are in use in its heap after a garbage collection.
  public synchronized long heapBytes() {
    try {
      in.write("heap\n");
      in.flush();
      return Long.parseLong(String.valueOf(out.readLine()));
    } catch (IOException | NumberFormatException ended) {
      throw new MeasurementFailed("the measured process does not say what its heap holds", ended);
    }
  }

  /// The bytes of memory that it has of the machine.
  public long residentBytes() {
    try {
      return Files.readAllLines(Path.of("/proc", "" + process.pid(), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .sum();
    } catch (IOException ended) {
      throw new MeasurementFailed("the measured process has ended", ended);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
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
