package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.env.SettingsInvalid;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuotaSettingsTest {
  private static final String TOKEN_KEY = "0123456789abcdef0123456789abcdef";

  @Test
  void from_onlyWhatIsRequired_hasTheDefaults() {
    var settings =
        QuotaSettings.from(
            Map.of(
                "TOLLGATE_QUOTA_TOKEN_KEY",
                TOKEN_KEY,
                "TOLLGATE_QUOTA_SERVICE_KEY",
                TestQuota.SERVICE_KEY));

    assertThat(settings.server().grpcPort()).isEqualTo(7401);
    assertThat(settings.server().httpPort()).isEqualTo(7501);
    assertThat(settings.redis().url()).isEqualTo(URI.create("redis://127.0.0.1:6379"));
    assertThat(settings.redis().timeout()).isEqualTo(Duration.ofMillis(50));
    assertThat(settings.redis().queueMax()).isEqualTo(10_000);
    assertThat(settings.denialMemory()).isEqualTo(Duration.ofMillis(100));
    assertThat(settings.pricing().target()).isEqualTo("127.0.0.1:7402");
    assertThat(settings.toString()).doesNotContain(TOKEN_KEY);
  }

  @Test
  void from_severalMistakes_namesThemTogether() {
    assertThatThrownBy(() ->
            QuotaSettings.from(
                Map.of(
                    "TOLLGATE_QUOTA_TOKEN_KEY", "short",
                    "TOLLGATE_QUOTA_REDIS_URL", "nowhere",
                    "TOLLGATE_QUOTA_REDIS_TIMEOUT", "50ms",
                    "TOLLGATE_QUOTA_DENIAL_MEMORY_MILLIS", "-1",
                    "TOLLGATE_QUOTA_REDIS_TIMOUT", "PT1S")))
        .isInstanceOf(SettingsInvalid.class)
        .hasMessageContaining("TOLLGATE_QUOTA_TOKEN_KEY: \"***\" (expected: at least 32")
        .hasMessageContaining("TOLLGATE_QUOTA_REDIS_URL: \"nowhere\" (expected: a URI")
        .hasMessageContaining("TOLLGATE_QUOTA_REDIS_TIMEOUT: \"50ms\" (expected: an ISO-8601")
        .hasMessageContaining("TOLLGATE_QUOTA_DENIAL_MEMORY_MILLIS: \"-1\" (expected:")
        .hasMessageContaining("TOLLGATE_QUOTA_REDIS_TIMOUT: unknown")
        .hasMessageContaining("TOLLGATE_QUOTA_SERVICE_KEY: missing")
        .hasMessageNotContaining("short");
  }
}
