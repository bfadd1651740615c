package dev.tollgate.kernel.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.time.FakeTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokensTest {
  private static final Instant NOW = Instant.parse("2026-08-01T00:00:00Z");

  private final FakeTime time = new FakeTime(NOW);
  private final HttpServer issuer;
  private final ECKey key = generate("k1");
  private final ECKey other = generate("k1");
  private final IssuerKeys keys;
  private final Tokens tokens;
  private volatile List<ECKey> published = List.of(key);

  TokensTest() throws Exception {
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext(
        "/jwks",
        exchange -> {
          var set = new JWKSet(List.copyOf(published)).toString(true);
          var bytes = set.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    var address = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/jwks");
    keys = new IssuerKeys(address, time);
    tokens =
        new Tokens(
            new TokenSettings("https://idp", "tollgate", address, "tenant", "roles", "pins"),
            keys,
            time);
  }

  @BeforeEach
  void fetch() {
    issuer.start();
    keys.poll();
  }

  @AfterEach
  void stop() {
    keys.close();
    issuer.stop(0);
  }

  private static ECKey generate(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("https://idp")
        .audience("tollgate")
        .subject("alice")
        .expirationTime(Date.from(NOW.plusSeconds(600)))
        .claim("tenant", "acme")
        .claim("roles", List.of("READER", "CALLER", "OPERATOR", "x"))
        .claim("pins", Map.of("team", "search"));
  }

  private static String signed(ECKey with, JWTClaimsSet claims) throws JOSEException {
    var header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(with.getKeyID()).build();
    var jwt = new SignedJWT(header, claims);
    jwt.sign(new ECDSASigner(with));
    return jwt.serialize();
  }

  private void assertInvalid(String token) {
    assertThatThrownBy(() -> tokens.authenticate(new Credential(token, Set.of())))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.CREDENTIALS_INVALID));
  }

  private Caller caller(String token) {
    return tokens.authenticate(new Credential(token, Set.of())).orElseThrow();
  }

  @Test
  void authenticate_beforeTheKeysWereRead_isServiceUnavailable() throws Exception {
    var settings =
        new TokenSettings("https://idp", "tollgate", URI.create("http://x"), "t", "r", "p");
    try (var unread = new IssuerKeys(settings.keys(), time)) {
      var credential = new Credential(signed(key, claims().build()), Set.of());

      assertThatThrownBy(() -> new Tokens(settings, unread, time).authenticate(credential))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> assertThat(failure.reason()).isEqualTo(Reason.SERVICE_UNAVAILABLE));
    }
  }

  @Test
  void authenticate_goodToken_mapsItsClaims() throws Exception {
    assertThat(caller(signed(key, claims().build())))
        .isEqualTo(
            new Caller(
                "alice",
                Set.of(Role.ROLE_READER, Role.ROLE_CALLER),
                "acme",
                Map.of("team", "search")));
    assertThat(caller(signed(key, claims().claim("roles", "ADMIN READER").build())).roles())
        .containsExactlyInAnyOrder(Role.ROLE_ADMIN, Role.ROLE_READER);
  }

  @Test
  void authenticate_wrongInAnyWay_isCredentialsInvalid() throws Exception {
    assertInvalid(signed(key, claims().issuer("https://other").build()));
    assertInvalid(signed(key, claims().audience("other").build()));
    assertInvalid(signed(key, claims().expirationTime(Date.from(NOW.minusSeconds(120))).build()));
    assertInvalid(signed(key, claims().notBeforeTime(Date.from(NOW.plusSeconds(120))).build()));
    assertInvalid(signed(key, claims().expirationTime(null).build()));
    assertInvalid(signed(key, claims().subject(null).build()));
    assertInvalid(signed(other, claims().build()));
    assertInvalid(signed(generate("k2"), claims().build()));
    assertInvalid(signed(key, claims().claim("tenant", null).build()));
    assertInvalid(signed(key, claims().claim("tenant", "NOT AN ID").build()));
    assertInvalid(signed(key, claims().claim("tenant", 7).build()));
    assertInvalid(signed(key, claims().claim("roles", null).build()));
    assertInvalid(signed(key, claims().claim("roles", List.of("OPERATOR")).build()));
    assertInvalid(signed(key, claims().claim("pins", Map.of("nonsense", "x")).build()));
    assertInvalid(signed(key, claims().claim("pins", Map.of("team", 1)).build()));
    assertInvalid(signed(key, claims().claim("pins", "team=search").build()));
    assertInvalid(new PlainJWT(claims().build()).serialize());
    assertInvalid("a.b.c");
  }

  @Test
  void authenticate_signedWithThePublicKeyAsSecret_isCredentialsInvalid() throws Exception {
    var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims().build());
    jwt.sign(new MACSigner(key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));

    assertInvalid(jwt.serialize());
  }

  @Test
  void authenticate_notAToken_isLeftToOthers() {
    assertThat(tokens.authenticate(new Credential("tg_a_b.c.d", Set.of()))).isEmpty();
    assertThat(tokens.authenticate(new Credential("", Set.of()))).isEmpty();
  }

  @Test
  void keys_rotated_areFetchedOnceATokenNamesThem() throws Exception {
    var next = generate("k2");
    var token = signed(next, claims().build());
    published = List.of(key, next);

    keys.poll();
    assertInvalid(token);
    keys.poll();

    assertThat(caller(token).tenant()).isEqualTo("acme");
  }

  @Test
  void keys_issuerAway_theLastKnownStayAndTheirAgeGrows() throws Exception {
    issuer.stop(0);
    time.advance(Duration.ofMinutes(6));
    keys.poll();

    assertThat(caller(signed(key, claims().build())).tenant()).isEqualTo("acme");
    assertThat(keys.age()).isEqualTo(Duration.ofMinutes(6));
  }
}
