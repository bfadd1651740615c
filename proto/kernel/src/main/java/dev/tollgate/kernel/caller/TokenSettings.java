package dev.tollgate.kernel.caller;

import dev.tollgate.kernel.env.Env;
import java.net.URI;
import java.util.Optional;

/// Which OIDC tokens a server believes, and in which claims they say for whom they stand.
public record TokenSettings(
    String issuer,
    String audience,
    URI keys,
    String tenantClaim,
    String rolesClaim,
    String pinsClaim) {
  /// Reads AUTH_JWT_ISSUER, AUTH_JWT_AUDIENCE and AUTH_JWT_JWKS_URI (all or none), and
  /// AUTH_JWT_TENANT_CLAIM, AUTH_JWT_ROLES_CLAIM, AUTH_JWT_PINS_CLAIM. Empty where tokens are off.
  static Optional<TokenSettings> from(Env env) {
    var none = URI.create("http://none.invalid");
    var issuer = env.text("AUTH_JWT_ISSUER");
    var audience = env.text("AUTH_JWT_AUDIENCE");
    var keys = Optional.of(env.uri("AUTH_JWT_JWKS_URI", none)).filter(uri -> !uri.equals(none));
    var tenantClaim = env.text("AUTH_JWT_TENANT_CLAIM", "tollgate_tenant");
    var rolesClaim = env.text("AUTH_JWT_ROLES_CLAIM", "tollgate_roles");
    var pinsClaim = env.text("AUTH_JWT_PINS_CLAIM", "tollgate_pins");
    if (issuer.isEmpty() && audience.isEmpty() && keys.isEmpty()) {
      return Optional.empty();
    }
    if (issuer.isEmpty() || audience.isEmpty() || keys.isEmpty()) {
      env.reject(
          "AUTH_JWT_ISSUER",
          issuer.orElse(""),
          "together with AUTH_JWT_AUDIENCE and AUTH_JWT_JWKS_URI");
      return Optional.empty();
    }
    return Optional.of(
        new TokenSettings(
            issuer.get(), audience.get(), keys.get(), tenantClaim, rolesClaim, pinsClaim));
  }
}
