package dev.tollgate.kernel.http;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/// A file that anybody may read with a browser, since there is nothing of any tenant in it: a page,
/// its script, its style. What it shows it asks of the JSON routes, with a credential.
///
/// @param path literally
/// @param contentType with parameters
public record PublicFile(String path, String contentType, ByteString body) {
  /* A page that holds a person's key runs nothing, loads nothing and tells nothing to anybody but
   * what is its own; nobody may frame it. */
  private static final Map<String, String> HEADERS =
      Map.of(
          "content-security-policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src"
              + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "x-content-type-options",
          "nosniff",
          "x-frame-options",
          "DENY",
          "referrer-policy",
          "no-referrer",
          "cross-origin-opener-policy",
          "same-origin",
          "cross-origin-resource-policy",
          "same-origin",
          "permissions-policy",
          "camera=(), geolocation=(), microphone=()",
          "cache-control",
          "no-cache");

  /// Of the resource that stands beside the class; its absence is a bug.
  public static PublicFile of(String path, String contentType, Class<?> beside, String resource) {
    try (var stream = beside.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalArgumentException(resource + " (expected: a resource)");
      }
      return new PublicFile(path, contentType, ByteString.readFrom(stream));
    } catch (IOException broken) {
      throw new UncheckedIOException(resource, broken);
    }
  }

  Answer answer() {
    return new Answer(200, contentType, body, HEADERS);
  }
}
