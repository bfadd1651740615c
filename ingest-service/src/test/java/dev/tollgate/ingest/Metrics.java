package dev.tollgate.ingest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// A running service's metrics, as a scraper reads them.
final class Metrics implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI uri;

  Metrics(int httpPort) {
    this.uri = URI.create("http://127.0.0.1:" + httpPort + "/metrics");
  }

  /// The value under just this name, with its tags.
  long gauge(String name) {
    try {
      var request = HttpRequest.newBuilder(uri).GET().build();
      return http.send(request, HttpResponse.BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length())))
          .findFirst()
          .orElseThrow();
    } catch (IOException | InterruptedException failure) {
      throw new AssertionError(failure);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
