package dev.tollgate.ingest;

import dev.tollgate.ingest.log.Passage.Point;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// An instance of ingest in this process, which lives while ClickHouse is killed, and whose clients
/// can be cut off.
final class Survivor implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 90;

  private final Ambush ambush = new Ambush();
  private final IngestService service;
  private final Metrics metrics;
  private final CutProxy front;

  /// Starts it; returns when it is ready.
  ///
  /// @param environment but for the log and the port
  Survivor(Path home, int port, Map<String, String> environment) throws IOException {
    var whole = new HashMap<>(environment);
    whole.put("TOLLGATE_INGEST_LOG_DIR", home.resolve("log").toString());
    whole.put("TOLLGATE_INGEST_GRPC_PORT", Integer.toString(port));
    service =
        IngestService.start(
            IngestSettings.from(whole), TimeSource.SYSTEM, new SecureRandom(), ambush);
    metrics = new Metrics(service.httpPort());
    front = new CutProxy(URI.create("http://127.0.0.1:" + port));
    Ready.await(port);
  }

  /// Where its clients send to.
  int port() {
    return front.url().getPort();
  }

  /// Does the deed at the point's passage of that number from now on, and returns when it is done.
  void at(Point point, int passage, Runnable deed) throws Exception {
    ambush.arm(point, passage, deed).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /// Breaks all connections; new ones may be opened.
  void cutClients() {
    front.become(CutProxy.Mode.OPEN);
  }

  /// What its metrics say under just this name.
  long metric(String name) {
    return metrics.gauge(name);
  }

  /// Returns when all that it accepted is stored.
  void awaitStored() {
    Await.until("all stored", () -> metric("ingest_events_unstored") == 0);
  }

  /// Has it end by itself. May be called again.
  @Override
  public void close() {
    service.close();
    metrics.close();
    front.close();
  }
}
