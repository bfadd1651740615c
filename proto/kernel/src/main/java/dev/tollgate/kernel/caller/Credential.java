package dev.tollgate.kernel.caller;

import java.util.Set;

/// What a call proves itself with: the bearer token (empty where none was sent), and the names in
/// the client certificate that TLS verified.
public record Credential(String bearer, Set<String> certificateNames) {
  public Credential {
    certificateNames = Set.copyOf(certificateNames);
  }

  @Override
  public String toString() {
    return "Credential[bearer=***, certificateNames=" + certificateNames + "]";
  }
}
