package dev.tollgate.kernel.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
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
public record Asked(
    String verb,
    String path,
    String query,
    Map<String, List<String>> headers,
    Set<String> certificateNames,
    ByteString body) {
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
        // A copy already, which nobody else holds.
        UnsafeByteOperations.unsafeWrap(body.getBytes()));
  }

  /// All values, in their order.
  public List<String> header(String name) {
    return headers.getOrDefault(name, List.of());
  }

  /// The query's parameters by name, in the order in which they came.
  public Map<String, List<String>> parameters() {
    return Transcoder.query(query);
  }

  /// Without parameters, in lower case; empty where the request names none.
  public String contentType() {
    var types = header("content-type");
    if (types.isEmpty()) {
      return "";
    }
    var type = types.getFirst();
    var end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  Asked withBody(ByteString inflated) {
    return new Asked(verb, path, query, headers, certificateNames, inflated);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
