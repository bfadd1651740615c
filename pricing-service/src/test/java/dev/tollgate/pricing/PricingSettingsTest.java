package dev.tollgate.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class PricingSettingsTest {
  @Test
  void from_nothing_hasDefaults() {
    var settings = PricingSettings.from(Map.of());

    assertThat(settings.server().grpcPort()).isEqualTo(7402);
    assertThat(settings.server().httpPort()).isEqualTo(7502);
    assertThat(settings.clickHouse().database()).isEqualTo("tollgate");
    assertThat(settings.poll()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void from_severalMistakes_namesThemTogether() {
    var variables =
        Map.of(
            "TOLLGATE_PRICING_GRPC_PORT", "70000",
            "TOLLGATE_PRICING_POLL", "2",
            "TOLLGATE_PRICING_POL", "PT1S");

    assertThatThrownBy(() -> PricingSettings.from(variables))
        .hasMessageContaining("TOLLGATE_PRICING_GRPC_PORT: \"70000\"")
        .hasMessageContaining("TOLLGATE_PRICING_POLL: \"2\"")
        .hasMessageContaining("TOLLGATE_PRICING_POL: unknown");
  }
}
