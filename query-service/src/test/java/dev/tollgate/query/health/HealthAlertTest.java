package dev.tollgate.query.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.HealthIncident;
import dev.tollgate.proto.query.v1.HealthIncidentEndpoint;
import dev.tollgate.proto.query.v1.HealthRule;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class HealthAlertTest {
  private static HealthIncidentEndpoint.Builder endpoint(String model, long calls, long errors) {
    return HealthIncidentEndpoint.newBuilder()
        .addAllGroup(List.of("openai", model, "", "eu"))
        .addRules(HealthRule.HEALTH_RULE_ERROR_RATE)
        .setCalls(calls)
        .setErrors(errors);
  }

  private static Alert alert(HealthIncidentEndpoint.Builder... endpoints) {
    var incident = HealthIncident.newBuilder();
    List.of(endpoints).forEach(incident::addEndpoints);
    return HealthAlert.of("id", incident.build());
  }

  @Test
  void of_severalEndpoints_saysTheWorstAndHowManyOthers() {
    var slow =
        endpoint("slow", 40, 10)
            .addRules(HealthRule.HEALTH_RULE_RATE_LIMITED)
            .addRules(HealthRule.HEALTH_RULE_LATENCY)
            .setRateLimited(5)
            .setP90Millis(900)
            .setUsualP90Millis(300)
            .addCosts(Money.newBuilder().setCurrencyCode("USD").setAmount("1.500000000000"));
    var alert = alert(endpoint("a", 100, 6), slow, endpoint("b", 100, 7));

    assertThat(alert.getTitle())
        .isEqualTo(
            "openai slow eu: 25.0 % of calls failed, 12.5 % were refused with 429, 900 ms for nine"
                + " calls in ten, 300 ms are usual; and 2 others");
    assertThat(alert.getText().split("\n", -1))
        .hasSize(3)
        .contains(
            "openai slow eu: 40 calls, 10 failed, 5 refused with 429, nine in ten within 900 ms"
                + " (usual: 300 ms), cost 1.5 USD.");
    assertThat(alert.getSubjectMap()).isEmpty();
  }

  @Test
  void of_moreThanHalfFailed_isCritical() {
    assertThat(alert(endpoint("a", 100, 50)).getSeverity())
        .isEqualTo(AlertSeverity.ALERT_SEVERITY_WARNING);
    assertThat(alert(endpoint("a", 101, 51), endpoint("b", 9, 1)).getSeverity())
        .isEqualTo(AlertSeverity.ALERT_SEVERITY_CRITICAL);
  }
}
