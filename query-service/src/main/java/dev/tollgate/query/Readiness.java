package dev.tollgate.query;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.query.statement.Template;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the store answered when it was last asked, which is every second. Asking may block;
/// `ready` never does.
final class Readiness implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

  private final String question = Template.read("job/ready").fill(Map.of());
  private final ClickHouse clickHouse;
  private final ScheduledExecutorService clock;
  private volatile boolean ready = true;

  private Readiness(ClickHouse clickHouse, ScheduledExecutorService clock) {
    this.clickHouse = clickHouse;
    this.clock = clock;
  }

  /// Starts to ask. The store has just been connected to: until the first answer it counts as
  /// ready.
  static Readiness watch(ClickHouse clickHouse) {
    var clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("query-readiness").factory());
    var readiness = new Readiness(clickHouse, clock);
    var _ = clock.scheduleWithFixedDelay(readiness::ask, 1, 1, TimeUnit.SECONDS);
    return readiness;
  }

  boolean ready() {
    return ready;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  private void ask() {
    var before = ready;
    try {
      ready = clickHouse.query(question, Map.of(), row -> row.flag("answer")).getFirst();
    } catch (RuntimeException away) {
      ready = false;
      if (before && !clock.isShutdown()) {
        LOG.warn("ClickHouse does not answer: not ready", away);
      }
    }
  }
}
