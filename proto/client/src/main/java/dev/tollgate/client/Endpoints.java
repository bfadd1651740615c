package dev.tollgate.client;

import java.net.URI;
import java.util.stream.Stream;

/// Where the four services listen: `http://host:port` in the clear, `https://host:port` with TLS.
public record Endpoints(URI quota, URI pricing, URI ingest, URI query) {
  public Endpoints {
    Stream.of(quota, pricing, ingest, query).forEach(Endpoints::check);
  }

  /// One address for all, as behind a gateway.
  public static Endpoints all(URI uri) {
    return new Endpoints(uri, uri, uri, uri);
  }

  private static void check(URI uri) {
    var known = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!known || uri.getHost() == null || uri.getPort() < 0) {
      throw new IllegalArgumentException(
          "endpoint: " + uri + " (expected: http://host:port or https://host:port)");
    }
  }
}
