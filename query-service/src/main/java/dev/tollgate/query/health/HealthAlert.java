package dev.tollgate.query.health;

import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.HealthIncident;
import dev.tollgate.proto.query.v1.HealthIncidentEndpoint;
import dev.tollgate.proto.query.v1.HealthRule;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// That an incident begins, as people are told of it.
final class HealthAlert {
  private static final int ENDPOINTS_MAX = 20;
  private static final int SHARE_SCALE = 4;
  private static final int PERCENT = 2;

  private HealthAlert() {}

  /// @param incident so far as it is known
  static Alert of(String id, HealthIncident incident) {
    var worstFirst =
        incident.getEndpointsList().stream()
            .sorted(
                Comparator.comparing(HealthAlert::failed)
                    .thenComparingLong(HealthIncidentEndpoint::getCalls)
                    .reversed())
            .toList();
    return Alert.newBuilder()
        .setAlertId(id)
        .setKind(AlertKind.ALERT_KIND_HEALTH)
        .setSeverity(severity(worstFirst))
        .setStatus(AlertStatus.ALERT_STATUS_FIRING)
        .setTitle(title(worstFirst))
        .setText(text(worstFirst))
        .setStartTime(incident.getStartTime())
        .build();
  }

  private static AlertSeverity severity(List<HealthIncidentEndpoint> endpoints) {
    return endpoints.stream().anyMatch(each -> 2 * each.getErrors() > each.getCalls())
        ? AlertSeverity.ALERT_SEVERITY_CRITICAL
        : AlertSeverity.ALERT_SEVERITY_WARNING;
  }

  private static String title(List<HealthIncidentEndpoint> endpoints) {
    var worst = endpoints.getFirst();
    var others = endpoints.size() - 1;
    return name(worst)
        + ": "
        + worst.getRulesList().stream()
            .map(rule -> broken(rule, worst))
            .collect(Collectors.joining(", "))
        + (others == 0 ? "" : "; and " + others + (others == 1 ? " other" : " others"));
  }

  private static String broken(HealthRule rule, HealthIncidentEndpoint endpoint) {
    return switch (rule) {
      case HEALTH_RULE_ERROR_RATE -> percent(failed(endpoint)) + " % of calls failed";
      case HEALTH_RULE_RATE_LIMITED ->
          percent(share(endpoint.getRateLimited(), endpoint)) + " % were refused with 429";
      case HEALTH_RULE_LATENCY ->
          "%.0f ms for nine calls in ten, %.0f ms are usual"
              .formatted(endpoint.getP90Millis(), endpoint.getUsualP90Millis());
      case HEALTH_RULE_UNSPECIFIED, UNRECOGNIZED -> rule.name();
    };
  }

  private static String text(List<HealthIncidentEndpoint> endpoints) {
    var lines = new ArrayList<String>();
    for (var each : endpoints.subList(0, Math.min(endpoints.size(), ENDPOINTS_MAX))) {
      var cost =
          each.getCostsList().stream().map(HealthAlert::money).collect(Collectors.joining(", "));
      lines.add(
          "%s: %d calls, %d failed, %d refused with 429, nine in ten within %.0f ms (usual: %.0f ms)%s."
              .formatted(
                  name(each),
                  each.getCalls(),
                  each.getErrors(),
                  each.getRateLimited(),
                  each.getP90Millis(),
                  each.getUsualP90Millis(),
                  cost.isEmpty() ? "" : ", cost " + cost));
    }
    if (endpoints.size() > ENDPOINTS_MAX) {
      lines.add("And %d others.".formatted(endpoints.size() - ENDPOINTS_MAX));
    }
    return String.join("\n", lines);
  }

  private static String money(Money money) {
    return new BigDecimal(money.getAmount()).stripTrailingZeros().toPlainString()
        + " "
        + money.getCurrencyCode();
  }

  private static String name(HealthIncidentEndpoint endpoint) {
    var name =
        endpoint.getGroupList().stream()
            .filter(value -> !value.isEmpty())
            .collect(Collectors.joining(" "));
    return name.isEmpty() ? "What is not attributed" : name;
  }

  private static BigDecimal failed(HealthIncidentEndpoint endpoint) {
    return share(endpoint.getErrors(), endpoint);
  }

  private static BigDecimal share(long part, HealthIncidentEndpoint endpoint) {
    return BigDecimal.valueOf(part)
        .divide(BigDecimal.valueOf(endpoint.getCalls()), SHARE_SCALE, RoundingMode.HALF_EVEN);
  }

  private static String percent(BigDecimal share) {
    return share.movePointRight(PERCENT).setScale(1, RoundingMode.HALF_EVEN).toPlainString();
  }
}
