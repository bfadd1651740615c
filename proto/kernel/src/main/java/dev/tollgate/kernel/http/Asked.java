package dev.tollgate.kernel.http;

import dev.tollgate.kernel.caller.CertificateNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One HTTP request, read whole.
///
/// `certificateNames` are those of the client that TLS verified; `path` and `query` are as they
/// came, escapes and all; header names are lower case.
record Asked(
    String verb,
    String path,
    String query,
    Map<String, List<String>> headers,
    Set<String> certificateNames,
    Buffer body) {
  static Asked of(HttpServerRequest request, Buffer body) {
    var names = request.headers().names();
    var headers =
        names.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .distinct()
            .collect(Collectors.toMap(name -> name, name -> request.headers().getAll(name)));
    // What HEAD wants is GET's answer; the server leaves its body out.
    var verb = request.method().equals(HttpMethod.HEAD) ? "GET" : request.method().name();
    return new Asked(
        verb,
        orEmpty(request.path()),
        orEmpty(request.query()),
        headers,
        CertificateNames.of(request.connection().sslSession()),
        body);
  }

  /// All values, in their order.
  List<String> header(String name) {
    return headers.getOrDefault(name, List.of());
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
