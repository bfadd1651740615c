package dev.tollgate.query;

import dev.tollgate.time.TimeSource;
import java.security.SecureRandom;

/// Starts the query service and stops it on SIGTERM, letting calls in flight finish.
final class QueryMain {
  private QueryMain() {}

  public static void main(String[] args) throws Exception {
    var settings = QuerySettings.from(System.getenv());
    var service = QueryService.start(settings, TimeSource.SYSTEM, new SecureRandom());
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, "drain"));
    service.awaitTermination();
  }
}
