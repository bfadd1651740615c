package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.env.SettingsInvalid;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IngestSettingsTest {
  private static final String KEY = "TOLLGATE_INGEST_SERVICE_KEY";

  @Test
  void from_onlyWhatIsRequired_takesTheDefaults() {
    var settings = IngestSettings.from(Map.of(KEY, Rig.SERVICE_KEY));

    assertThat(settings.server().grpcPort()).isEqualTo(7403);
    assertThat(settings.quota().target()).isEqualTo("127.0.0.1:7401");
    assertThat(settings.pricing().target()).isEqualTo("127.0.0.1:7402");
    assertThat(settings.log().dir()).isEqualTo(Path.of("tollgate-log"));
    assertThat(settings.eventAheadMax()).isEqualTo(Duration.ofHours(1));
    assertThat(settings.dedupeHorizon()).isEqualTo(Duration.ofHours(24));
    assertThat(settings.batch().linger()).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void from_severalMistakes_namesThemTogether() {
    assertThatThrownBy(() ->
            IngestSettings.from(
                Map.of(
                    "TOLLGATE_INGEST_GRPC_PORT", "x",
                    "TOLLGATE_INGEST_BATCH_ROWS_MAX", "0",
                    "TOLLGATE_INGEST_LOG_DIRECTORY", "/tmp")))
        .isInstanceOf(SettingsInvalid.class)
        .hasMessageContaining("TOLLGATE_INGEST_GRPC_PORT: \"x\"")
        .hasMessageContaining("TOLLGATE_INGEST_BATCH_ROWS_MAX: \"0\"")
        .hasMessageContaining("TOLLGATE_INGEST_LOG_DIRECTORY: unknown")
        .hasMessageContaining(KEY + ": missing");
  }
}
