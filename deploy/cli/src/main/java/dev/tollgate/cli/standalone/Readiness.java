package dev.tollgate.cli.standalone;

import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Asks services whether they can serve, as a load balancer would.
final class Readiness {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int OK = 200;

  private Readiness() {}

  /// Returns when all are ready.
  static void await(List<URI> services, TimeSource time) throws InterruptedException {
    var start = time.nanoTime();
    try (var http = HttpClient.newHttpClient()) {
      for (var service : services) {
        while (!isReady(http, service)) {
          if (time.nanoTime() - start > PATIENCE.toNanos()) {
            throw new Problem(
                service + " is not ready after " + PATIENCE.toSeconds() + " s: see tollgate.log");
          }
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      }
    }
  }

  private static boolean isReady(HttpClient http, URI service) throws InterruptedException {
    var request = HttpRequest.newBuilder(service.resolve("/readyz")).timeout(ANSWER_WITHIN).build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == OK;
    } catch (IOException notYet) {
      return false;
    }
  }
}
