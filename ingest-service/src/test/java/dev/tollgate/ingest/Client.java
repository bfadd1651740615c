package dev.tollgate.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process that streams usage to ingest, as whoever started it sees it: see [ClientMain].
final class Client implements AutoCloseable {
  static final String SENT = "sent.txt";
  static final String ACKED = "acked.txt";
  static final String PROBLEMS = "problems.txt";

  private final Path dir;
  private final Process process;

  private Client(Path dir, Process process) {
    this.dir = dir;
    this.process = process;
  }

  /// @param dir for what it writes down; must be new
  /// @param ports of ingest's instances, which may come and go
  static Client start(Path dir, String tenant, long seed, List<Integer> ports) throws IOException {
    Files.createDirectories(dir);
    var main = new ArrayList<String>();
    main.add(ClientMain.class.getName());
    main.addAll(List.of(dir.toString(), tenant, Long.toString(seed)));
    ports.forEach(port -> main.add(Integer.toString(port)));
    var builder = new ProcessBuilder(Child.command(main));
    builder.redirectErrorStream(true);
    builder.redirectOutput(dir.resolve("out.txt").toFile());
    return new Client(dir, builder.start());
  }

  /// Ends it, whatever is in flight.
  void stop() throws Exception {
    process.getOutputStream().close();
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError("the client did not end well; see " + dir.resolve("out.txt"));
    }
  }

  /// The ids of all events that went out, once each.
  List<String> sent() {
    return lines(SENT);
  }

  /// The ids of all events that were acknowledged, once each.
  List<String> acked() {
    return lines(ACKED);
  }

  /// What it was told and must not be.
  List<String> problems() {
    return lines(PROBLEMS);
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(dir.resolve(file));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
