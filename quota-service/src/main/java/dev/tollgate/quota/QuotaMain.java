package dev.tollgate.quota;

import dev.tollgate.time.TimeSource;
import java.security.SecureRandom;

/// Starts the quota service and stops it on SIGTERM, letting calls in flight finish.
final class QuotaMain {
  private QuotaMain() {}

  public static void main(String[] args) throws InterruptedException {
    var settings = QuotaSettings.from(System.getenv());
    var service = QuotaService.start(settings, TimeSource.SYSTEM, new SecureRandom());
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, "drain"));
    service.awaitTermination();
  }
}
