package dev.tollgate.kernel.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.secret.Secret;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTest {
  @Test
  void random_manyKeys_areShapedAndDifferent() {
    var random = new Random(1);
    var ids = new HashSet<String>();
    for (int i = 0; i < 1_000; i++) {
      var key = KeyText.random(random);
      assertThat(key.id()).matches("[a-z0-9]{16}");
      assertThat(KeyText.parse(key.reveal()).orElseThrow().hash()).isEqualTo(key.hash());
      assertThat(key.toString()).doesNotContain(key.reveal().substring(20));
      ids.add(key.id());
    }
    assertThat(ids).hasSize(1_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tg_",
        "tg_abc_secretsecretsecretsecret",
        "tg_ABCDEFGHIJKLMNOP_secretsecretsecretsecret",
        "tg_abcdefghijklmnop_short",
        "xx_abcdefghijklmnop_secretsecretsecretsecret",
        "tg_abcdefghijklmnop_secretsecretsecret secret",
        "tg_abcdefghijklmnop_secretsecretsecretsé"
      })
  void parse_notAKey_isEmpty(String text) {
    assertThat(KeyText.parse(text)).isEmpty();
  }

  @Test
  void staticKeys_rightAndWrongSecret_areToldApart() {
    var random = new Random(2);
    var operator = KeyText.random(random);
    var keys = StaticKeys.of(Map.of(Role.ROLE_OPERATOR, new Secret(operator.reveal())));
    var wrong = operator.reveal().substring(0, operator.reveal().length() - 1) + "!";

    assertThat(keys.authenticate(credential(operator.reveal())).orElseThrow().roles())
        .containsExactly(Role.ROLE_OPERATOR);
    assertThat(keys.authenticate(credential(wrong.replace('!', '_')))).isEmpty();
    assertThat(keys.authenticate(credential(KeyText.random(random).reveal()))).isEmpty();
    assertThat(keys.authenticate(credential(""))).isEmpty();
  }

  @Test
  void certificateRoles_nameWithoutKey_isKnown() {
    var roles = new CertificateRoles(Map.of("ingest.tollgate", Role.ROLE_SERVICE));

    assertThat(roles.authenticate(new Credential("", Set.of("ingest.tollgate"))).orElseThrow())
        .isEqualTo(new Caller("ingest.tollgate", Set.of(Role.ROLE_SERVICE), "", Map.of()));
    assertThat(roles.authenticate(new Credential("", Set.of("other")))).isEmpty();
    assertThat(roles.authenticate(new Credential("bad", Set.of("ingest.tollgate")))).isEmpty();
  }

  private static Credential credential(String bearer) {
    return new Credential(bearer, Set.of());
  }
}
