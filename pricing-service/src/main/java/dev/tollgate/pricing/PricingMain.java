package dev.tollgate.pricing;

import dev.tollgate.time.TimeSource;
import java.security.SecureRandom;

/// Starts the pricing service and stops it on SIGTERM, letting calls in flight finish.
final class PricingMain {
  private PricingMain() {}

  public static void main(String[] args) throws Exception {
    var settings = PricingSettings.from(System.getenv());
    var service = PricingService.start(settings, TimeSource.SYSTEM, new SecureRandom());
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, "drain"));
    service.awaitTermination();
  }
}
