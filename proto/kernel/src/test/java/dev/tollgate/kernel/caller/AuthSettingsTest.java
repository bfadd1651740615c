package dev.tollgate.kernel.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.env.Env;
import dev.tollgate.proto.common.v1.Role;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AuthSettingsTest {
  @Test
  void from_nothingSet_believesNobody() {
    assertThat(AuthSettings.from(Env.of(Map.of(), "TG_")))
        .isEqualTo(new AuthSettings(Map.of(), List.of(), Map.of()));
  }

  @Test
  void from_everythingSet_isRead() {
    var key = KeyText.random(new Random(1)).reveal();
    var env =
        Env.of(
            Map.of(
                "TG_AUTH_OPERATOR_KEY", key,
                "TG_AUTH_JWT_ISSUER", "https://idp",
                "TG_AUTH_JWT_AUDIENCE", "tollgate",
                "TG_AUTH_JWT_JWKS_URI", "https://idp/jwks",
                "TG_AUTH_JWT_TENANT_CLAIM", "org",
                "TG_AUTH_CERTIFICATES", "a=b=SERVICE, root=OPERATOR"),
            "TG_");

    var settings = AuthSettings.from(env);

    env.check();
    assertThat(settings.keys()).containsOnlyKeys(Role.ROLE_OPERATOR);
    assertThat(settings.tokens())
        .containsExactly(
            new TokenSettings(
                "https://idp",
                "tollgate",
                URI.create("https://idp/jwks"),
                "org",
                "tollgate_roles",
                "tollgate_pins"));
    assertThat(settings.certificates())
        .isEqualTo(Map.of("a=b", Role.ROLE_SERVICE, "root", Role.ROLE_OPERATOR));
    assertThat(env.effective().toString()).doesNotContain(key.substring(20));
  }

  @Test
  void from_severalMistakes_namesThemTogether() {
    var env =
        Env.of(
            Map.of(
                "TG_AUTH_OPERATOR_KEY", "hunter2",
                "TG_AUTH_JWT_AUDIENCE", "tollgate",
                "TG_AUTH_CERTIFICATES", "a=ADMIN"),
            "TG_");
    AuthSettings.from(env);

    assertThatThrownBy(env::check)
        .hasMessageContaining("TG_AUTH_OPERATOR_KEY: \"***\"")
        .hasMessageContaining("TG_AUTH_JWT_ISSUER")
        .hasMessageContaining("TG_AUTH_CERTIFICATES: \"a=ADMIN\"")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void from_twoKeysOfOneId_isAMistake() {
    var key = KeyText.random(new Random(1)).reveal();
    var env = Env.of(Map.of("TG_AUTH_OPERATOR_KEY", key, "TG_AUTH_SERVICE_KEY", key + "x"), "TG_");
    AuthSettings.from(env);

    assertThatThrownBy(env::check)
        .hasMessageContaining("TG_AUTH_SERVICE_KEY")
        .hasMessageNotContaining(key);
  }
}
