package dev.tollgate.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.query.alert.MailSettings;
import dev.tollgate.query.alert.Reach;
import dev.tollgate.secret.Secret;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuerySettingsTest {
  @Test
  void from_serviceKeyAlone_hasDefaults() {
    var settings = QuerySettings.from(Map.of("TOLLGATE_QUERY_SERVICE_KEY", "k"));

    assertThat(settings.server().grpcPort()).isEqualTo(7404);
    assertThat(settings.server().httpPort()).isEqualTo(7504);
    assertThat(settings.quota().target()).isEqualTo("127.0.0.1:7401");
    assertThat(settings.pricing().target()).isEqualTo("127.0.0.1:7402");
    assertThat(settings.clickHouse().database()).isEqualTo("tollgate");
    assertThat(settings.limits().time()).isEqualTo(Duration.ofSeconds(20));
    assertThat(settings.limits().runningPerTenant()).isEqualTo(1);
    assertThat(settings.anomaliesEvery()).isEqualTo(Duration.ofSeconds(15));
    assertThat(settings.budgetsEvery()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.alertsEvery()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.alertReach()).isEqualTo(new Reach(false, new MailSettings.None()));
  }

  @Test
  void from_severalMistakes_namesThemTogether() {
    var variables =
        Map.of(
            "TOLLGATE_QUERY_GRPC_PORT", "x",
            "TOLLGATE_QUERY_QUERY_TIME_MAX", "20",
            "TOLLGATE_QUERY_QUERIES_PER_TENNANT", "3");

    assertThatThrownBy(() -> QuerySettings.from(variables))
        .hasMessageContaining("TOLLGATE_QUERY_SERVICE_KEY")
        .hasMessageContaining("TOLLGATE_QUERY_GRPC_PORT")
        .hasMessageContaining("TOLLGATE_QUERY_QUERY_TIME_MAX")
        .hasMessageContaining("TOLLGATE_QUERY_QUERIES_PER_TENNANT: unknown");
  }

  @Test
  void from_mailServer_isReadWithItsMistakes() {
    var variables = new HashMap<String, String>();
    variables.put("TOLLGATE_QUERY_SERVICE_KEY", "k");
    variables.put("TOLLGATE_QUERY_SMTP_HOST", "mail.example.com");
    variables.put("TOLLGATE_QUERY_SMTP_USER", "tollgate");
    variables.put("TOLLGATE_QUERY_SMTP_PASSWORD", "hidden");
    variables.put("TOLLGATE_QUERY_SMTP_FROM", "tollgate@example.com");
    var settings = QuerySettings.from(variables);

    assertThat(settings.alertReach().mail())
        .isEqualTo(
            new MailSettings.Server(
                "mail.example.com",
                587,
                MailSettings.Security.STARTTLS,
                "tollgate",
                new Secret("hidden"),
                "tollgate@example.com",
                List.of()));
    assertThat(settings.toString()).doesNotContain("hidden");
    variables.put("TOLLGATE_QUERY_SMTP_SECURITY", "MAYBE");
    variables.put("TOLLGATE_QUERY_SMTP_FROM", "a@b.c\r\nBcc: d@e.f");
    variables.remove("TOLLGATE_QUERY_SMTP_PASSWORD");
    assertThatThrownBy(() -> QuerySettings.from(variables))
        .hasMessageContaining("TOLLGATE_QUERY_SMTP_SECURITY")
        .hasMessageContaining("TOLLGATE_QUERY_SMTP_FROM")
        .hasMessageContaining("TOLLGATE_QUERY_SMTP_USER");
  }

  @Test
  void from_keys_areNotShown() {
    var settings =
        QuerySettings.from(
            Map.of(
                "TOLLGATE_QUERY_TOKEN_KEY", "hidden", "TOLLGATE_QUERY_SERVICE_KEY", "hidden too"));

    assertThat(settings.toString()).doesNotContain("hidden");
  }
}
