package dev.tollgate.kernel.server;

import dev.tollgate.kernel.caller.CertificateNames;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import java.util.Set;

/// Reads the names in a client's certificate, once per connection.
final class CertificateReader extends ServerTransportFilter {
  /// Where a connection's attributes hold them.
  static final Attributes.Key<Set<String>> NAMES = Attributes.Key.create("certificate-names");

  @Override
  public Attributes transportReady(Attributes attributes) {
    var names = CertificateNames.of(attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    return attributes.toBuilder().set(NAMES, Set.copyOf(names)).build();
  }
}
