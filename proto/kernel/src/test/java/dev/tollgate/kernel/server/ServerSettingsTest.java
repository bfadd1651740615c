package dev.tollgate.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.env.Env;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {
  @Test
  void from_nothingSet_hasTheDefaults() {
    assertThat(ServerSettings.from(Env.of(Map.of(), "TG_"), 7401, 7501))
        .isEqualTo(
            new ServerSettings(
                "0.0.0.0",
                7401,
                7501,
                new Tls.Off(),
                4 << 20,
                8 << 10,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Runtime.getRuntime().availableProcessors()));
  }

  @Test
  void from_tlsSet_isReadFromThreeVariables() {
    var env =
        Env.of(
            Map.of("TG_TLS_CERTIFICATE", "c", "TG_TLS_KEY", "k", "TG_TLS_CLIENT_CA", "a"), "TG_");

    assertThat(ServerSettings.from(env, 0, 0).tls())
        .isEqualTo(new Tls.Mutual(new Tls.Server(Path.of("c"), Path.of("k")), Path.of("a"), false));
    env.check();
  }

  @Test
  void from_severalMistakes_namesThemTogether() {
    var env =
        Env.of(
            Map.of(
                "TG_GRPC_PORT", "70000",
                "TG_DRAIN", "ten",
                "TG_EVENT_LOOPS", "0",
                "TG_REQUEST_BYTES_MAX", "1",
                "TG_TLS_KEY", "k",
                "TG_TLS_CLIENT_CA", "a",
                "TG_GRPC_PROT", "1"),
            "TG_");
    ServerSettings.from(env, 0, 0);

    assertThatThrownBy(env::check)
        .hasMessageContaining("TG_GRPC_PORT: \"70000\"")
        .hasMessageContaining("TG_DRAIN: \"ten\"")
        .hasMessageContaining("TG_EVENT_LOOPS: \"0\"")
        .hasMessageContaining("TG_REQUEST_BYTES_MAX: \"1\"")
        .hasMessageContaining("TG_TLS_CERTIFICATE")
        .hasMessageContaining("TG_TLS_CLIENT_CA: \"a\"")
        .hasMessageContaining("TG_GRPC_PROT: unknown");
  }
}
