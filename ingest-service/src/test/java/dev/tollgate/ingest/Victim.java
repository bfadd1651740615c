package dev.tollgate.ingest;

import dev.tollgate.ingest.encode.Tables;
import dev.tollgate.ingest.log.LogSettings;
import dev.tollgate.ingest.log.LogState;
import dev.tollgate.ingest.log.Passage;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// An instance of ingest that is killed and started again: process after process over one log, at
/// one port.
final class Victim implements AutoCloseable {
  private final Path home;
  private final int port;
  private final Map<String, String> environment;
  private Optional<Child> child = Optional.empty();
  private Duration startTime = Duration.ofSeconds(2);

  /// Nothing runs yet.
  ///
  /// @param environment but for the log and the port
  Victim(Path home, int port, Map<String, String> environment) throws IOException {
    this.home = Files.createDirectories(home);
    this.port = port;
    this.environment = new HashMap<>(environment);
    this.environment.put("TOLLGATE_INGEST_LOG_DIR", log().toString());
  }

  int port() {
    return port;
  }

  /// Returns when it is ready.
  void start() throws IOException {
    var began = TimeSource.SYSTEM.nanoTime();
    launch().awaitReady();
    startTime = Duration.ofNanos(TimeSource.SYSTEM.nanoTime() - began);
  }

  /// Starts it, and kills it at the point's passage of that number.
  void killAt(Passage.Point point, int passage) throws Exception {
    var armed = Child.launch(environment, output(), port, point, passage);
    child = Optional.of(armed);
    armed.awaitPoint();
    armed.kill();
  }

  /// Starts it, and kills it so much later than it is ready.
  void killAfter(Duration delay) throws Exception {
    start();
    LockSupport.parkNanos(delay.toNanos());
    child.orElseThrow().kill();
  }

  /// Starts it, and kills it before it is ready, or about then.
  ///
  /// @param share of the time that it took to start last
  void killStarting(double share) throws Exception {
    var starting = launch();
    LockSupport.parkNanos((long) (startTime.toNanos() * share));
    starting.kill();
  }

  /// Has it end by itself.
  void stop() throws Exception {
    child.orElseThrow().stop();
  }

  /// How many events the log has and the ledger may not have, told from a copy of the log.
  int unstored() throws IOException {
    if (!Files.exists(log())) {
      return 0;
    }
    var copy = Files.createTempDirectory(home, "copy");
    try (var files = Files.list(log())) {
      for (var file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    var state = new LogState();
    SegmentLog.open(
            new LogSettings(copy, 1 << 20, 1 << 30, 0),
            Tables.columns(),
            TimeSource.SYSTEM,
            () -> new SegmentLog.Birth("none", 0),
            state)
        .close();
    return state.unstored().size();
  }

  private Child launch() throws IOException {
    var launched = Child.launch(environment, output(), port);
    child = Optional.of(launched);
    return launched;
  }

  private Path log() {
    return home.resolve("log");
  }

  private Path output() {
    return home.resolve("out.txt");
  }

  @Override
  public void close() {
    child.ifPresent(Child::close);
  }
}
