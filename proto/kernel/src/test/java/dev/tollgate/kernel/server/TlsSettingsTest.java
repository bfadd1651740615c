package dev.tollgate.kernel.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.env.Env;
import dev.tollgate.kernel.env.SettingsInvalid;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TlsSettingsTest {
  @Test
  void from_certificateRequiredOfNoAuthority_isAMistake() {
    var server = Map.of("TLS_CLIENT_REQUIRED", "true", "TLS_CERTIFICATE", "c", "TLS_KEY", "k");
    for (var variables : java.util.List.of(Map.of("TLS_CLIENT_REQUIRED", "true"), server)) {
      var env = Env.of(variables, "");
      Tls.from(env);

      assertThatThrownBy(env::check)
          .isInstanceOf(SettingsInvalid.class)
          .hasMessageContaining("TLS_CLIENT_REQUIRED");
    }
  }
}
