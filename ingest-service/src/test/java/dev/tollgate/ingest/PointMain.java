package dev.tollgate.ingest;

import dev.tollgate.ingest.log.Passage.Point;
import dev.tollgate.time.TimeSource;
import java.security.SecureRandom;
import java.util.concurrent.locks.LockSupport;

/// Starts ingest-service as its own main does, but stands still at one point: says so on standard
/// output and waits there to be killed.
///
/// Arguments: the point, and at which passage of it.
final class PointMain {
  static final String REACHED = "[point] ";

  private PointMain() {}

  public static void main(String[] arguments) throws Exception {
    var point = Point.valueOf(arguments[0]);
    var ambush = new Ambush();
    var _ = ambush.arm(point, Integer.parseInt(arguments[1]), () -> standStill(point));
    var service =
        IngestService.start(
            IngestSettings.from(System.getenv()), TimeSource.SYSTEM, new SecureRandom(), ambush);
    service.awaitTermination();
  }

  private static void standStill(Point point) {
    System.out.println(REACHED + point);
    while (true) {
      LockSupport.park();
    }
  }
}
