package dev.tollgate.cli;

import dev.tollgate.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Runs the command as a person would: here, or as a process that can be killed.
final class Commands {
  static final Path ROOT = Path.of(System.getProperty("tollgate.root"));

  private Commands() {}

  /// What a command said, and its exit code.
  record Outcome(int code, String out, String err) {
    String lastLine() {
      return out.lines().toList().getLast();
    }
  }

  /// Runs it in this process.
  static Outcome run(String... arguments) {
    var data = new ByteArrayOutputStream();
    var outcome = run(InputStream.nullInputStream(), data, arguments);
    return new Outcome(
        outcome.code(), outcome.out() + data.toString(StandardCharsets.UTF_8), outcome.err());
  }

  /// Runs it in this process; what it writes as data is not part of what it said.
  static Outcome run(InputStream in, OutputStream data, String... arguments) {
    return run(in, data, false, arguments);
  }

  /// As [#run], perhaps before a person.
  ///
  /// @param terminal whether a person watches
  static Outcome run(InputStream in, OutputStream data, boolean terminal, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var machine =
        new Tollgate.Machine(
            Map.of("PATH", System.getenv("PATH")),
            TimeSource.SYSTEM,
            new SecureRandom(),
            ROOT,
            in,
            data,
            terminal);
    var command =
        Tollgate.command(machine)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    return new Outcome(command.execute(arguments), out.toString(), err.toString());
  }

  /// Starts it as a process of its own, whose output goes to the file.
  static Process start(Path output, List<String> prefix, String... arguments) throws IOException {
    var command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dtollgate.root=" + ROOT,
            "-cp",
            System.getProperty("java.class.path"),
            Tollgate.class.getName()));
    command.addAll(List.of(arguments));
    Files.deleteIfExists(output);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }
}
