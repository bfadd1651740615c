package dev.tollgate.ingest;

import dev.tollgate.ingest.log.Passage;
import dev.tollgate.time.TimeSource;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Starts ingest-service as its own main does, but stands still at one point: says so on standard
/// output and waits there to be killed.
///
/// Arguments: the point, and at which passage of it.
final class PointMain {
  static final String REACHED = "[point] ";

  private PointMain() {}

  public static void main(String[] arguments) throws Exception {
    var armed = Passage.Point.valueOf(arguments[0]);
    var left = new AtomicInteger(Integer.parseInt(arguments[1]));
    var service =
        IngestService.start(
            IngestSettings.from(System.getenv()),
            TimeSource.SYSTEM,
            new SecureRandom(),
            point -> {
              if (point == armed && left.decrementAndGet() == 0) {
                System.out.println(REACHED + point);
                standStill();
              }
            });
    service.awaitTermination();
  }

  private static void standStill() {
    while (true) {
      LockSupport.park();
    }
  }
}
