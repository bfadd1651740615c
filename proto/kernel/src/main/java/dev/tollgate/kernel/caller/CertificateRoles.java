package dev.tollgate.kernel.caller;

import dev.tollgate.proto.common.v1.Role;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Callers that come without a key, known by the name in their TLS certificate.
final class CertificateRoles implements Authenticator {
  private final Map<String, Role> byName;

  CertificateRoles(Map<String, Role> byName) {
    this.byName = Map.copyOf(byName);
  }

  /* Who sends a key is judged by the key. */
  @Override
  public Optional<Caller> authenticate(Credential credential) {
    if (!credential.bearer().isEmpty()) {
      return Optional.empty();
    }
    return credential.certificateNames().stream()
        .filter(byName::containsKey)
        .sorted()
        .findFirst()
        .map(name ->
            new Caller(name, Set.of(byName.getOrDefault(name, Role.UNRECOGNIZED)), "", Map.of()));
  }
}
