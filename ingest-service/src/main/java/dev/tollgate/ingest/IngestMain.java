package dev.tollgate.ingest;

import dev.tollgate.time.TimeSource;
import java.security.SecureRandom;

/// Starts ingest-service and stops it on SIGTERM, letting what came in reach the log.
final class IngestMain {
  private IngestMain() {}

  public static void main(String[] args) throws Exception {
    var settings = IngestSettings.from(System.getenv());
    var service = IngestService.start(settings, TimeSource.SYSTEM, new SecureRandom());
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, "drain"));
    service.awaitTermination();
  }
}
