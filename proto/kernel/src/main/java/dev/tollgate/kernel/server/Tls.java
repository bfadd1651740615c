package dev.tollgate.kernel.server;

import dev.tollgate.kernel.env.Env;
import java.nio.file.Path;

/// How connections are protected.
public sealed interface Tls {
  /// In the clear: for loopback, or behind something that ends TLS.
  record Off() implements Tls {}

  /// With the server's certificate chain and key, both PEM.
  record Server(Path certificate, Path key) implements Tls {}

  /// As [Server], and clients prove who they are with a certificate of this authority. Where it is
  /// not required, one without a certificate may still come with a key.
  record Mutual(Server server, Path clientAuthority, boolean required) implements Tls {}

  /// Reads TLS_CERTIFICATE and TLS_KEY (both or none), TLS_CLIENT_CA, TLS_CLIENT_REQUIRED.
  static Tls from(Env env) {
    var certificate = env.path("TLS_CERTIFICATE");
    var key = env.path("TLS_KEY");
    var authority = env.path("TLS_CLIENT_CA");
    var required = env.flag("TLS_CLIENT_REQUIRED", false);
    if (required && authority.isEmpty()) {
      env.reject("TLS_CLIENT_REQUIRED", "true", "only with TLS_CLIENT_CA");
    }
    if (certificate.isPresent() != key.isPresent()) {
      env.reject("TLS_CERTIFICATE", "" + certificate.orElse(Path.of("")), "together with TLS_KEY");
    }
    if (certificate.isEmpty() || key.isEmpty()) {
      authority.ifPresent(
          path -> env.reject("TLS_CLIENT_CA", path.toString(), "only with TLS_CERTIFICATE"));
      return new Off();
    }
    var server = new Server(certificate.get(), key.get());
    return authority.<Tls>map(path -> new Mutual(server, path, required)).orElse(server);
  }
}
