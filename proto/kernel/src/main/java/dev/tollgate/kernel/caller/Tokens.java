package dev.tollgate.kernel.caller;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.time.TimeSource;
import java.text.ParseException;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Tokens of an OIDC issuer: signed with one of its current keys, for us, in force. What is wrong
/// with one that is not good is not told.
final class Tokens implements Authenticator {
  /* Only signatures with a key pair: a token that names `none`, or a shared secret, is refused by
  its algorithm before anything else about it is believed. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private static final Map<String, Role> ROLES =
      Map.of("CALLER", Role.ROLE_CALLER, "READER", Role.ROLE_READER, "ADMIN", Role.ROLE_ADMIN);

  private final TokenSettings settings;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  Tokens(TokenSettings settings, IssuerKeys keys, TimeSource time) {
    this.settings = settings;
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
    processor.setJWTClaimsSetVerifier(new Claims(settings, time));
  }

  @Override
  public Optional<Caller> authenticate(Credential credential) {
    var bearer = credential.bearer();
    if (bearer.startsWith("tg_") || bearer.chars().filter(c -> c == '.').count() != 2) {
      return Optional.empty();
    }
    try {
      return Optional.of(caller(processor.process(SignedJWT.parse(bearer), null)));
    } catch (ParseException | BadJOSEException | JOSEException | IllegalArgumentException bad) {
      throw Authenticator.invalid();
    }
  }

  private Caller caller(JWTClaimsSet claims) throws ParseException {
    var tenant = Optional.ofNullable(claims.getStringClaim(settings.tenantClaim())).orElse("");
    var fields = new Fields();
    fields.id(settings.tenantClaim(), tenant);
    var pins = pins(claims, fields);
    var roles = roles(claims);
    if (!fields.violations().isEmpty() || roles.isEmpty()) {
      throw Authenticator.invalid();
    }
    return new Caller(claims.getSubject(), roles, tenant, pins);
  }

  /* A list, or a text with blanks between. Other roles than a tenant's don't come from a token. */
  private Set<Role> roles(JWTClaimsSet claims) {
    var claim = claims.getClaim(settings.rolesClaim());
    var roles = EnumSet.noneOf(Role.class);
    var names = claim instanceof Collection<?> list ? list : List.of(("" + claim).split(" "));
    for (var name : names) {
      Optional.ofNullable(ROLES.get("" + name)).ifPresent(roles::add);
    }
    return roles;
  }

  private Map<String, String> pins(JWTClaimsSet claims, Fields fields) throws ParseException {
    var pins = new HashMap<String, String>();
    var claim = claims.getJSONObjectClaim(settings.pinsClaim());
    if (claim != null) {
      claim.forEach((name, value) -> {
        if (Dimension.of(name).isEmpty() || !(value instanceof String)) {
          fields.reject(name, "not a dimension with a text");
        }
        pins.put(name, fields.text(name, "" + value, 1, Fields.DIMENSION_VALUE_MAX));
      });
    }
    return pins;
  }

  /// Issuer, audience, times; by our clock.
  private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
    private final transient TimeSource time;

    Claims(TokenSettings settings, TimeSource time) {
      super(
          settings.audience(),
          new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
          Set.of("sub", "exp"));
      this.time = time;
    }

    @Override
    protected Date currentTime() {
      return Date.from(time.now());
    }
  }
}
