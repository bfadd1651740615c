package dev.tollgate.query.alert;

import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.query.v1.Anomaly;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Locale;

/// An anomaly as people are told of it.
public final class AnomalyAlert {
  private static final BigDecimal HUNDRED = new BigDecimal(100);

  private AnomalyAlert() {}

  /// That it began, or that it is over.
  public static Alert of(Anomaly anomaly) {
    var alert =
        Alert.newBuilder()
            .setAlertId(anomaly.getAnomalyId())
            .setKind(AlertKind.ALERT_KIND_ANOMALY)
            .setSeverity(severity(anomaly))
            .setStatus(AlertStatus.ALERT_STATUS_FIRING)
            .setStartTime(anomaly.getStartTime())
            .setTitle((anomaly.hasEndTime() ? "Over: " : "") + title(anomaly))
            .setText(text(anomaly));
    if (!anomaly.getDimension().isEmpty()) {
      alert.putSubject(anomaly.getDimension(), anomaly.getValue());
    }
    if (anomaly.hasEndTime()) {
      alert.setStatus(AlertStatus.ALERT_STATUS_RESOLVED).setEndTime(anomaly.getEndTime());
    }
    return alert.build();
  }

  private static AlertSeverity severity(Anomaly anomaly) {
    return switch (anomaly.getSeverity()) {
      case ANOMALY_SEVERITY_CRITICAL -> AlertSeverity.ALERT_SEVERITY_CRITICAL;
      case ANOMALY_SEVERITY_WARNING -> AlertSeverity.ALERT_SEVERITY_WARNING;
      case ANOMALY_SEVERITY_INFO, ANOMALY_SEVERITY_UNSPECIFIED, UNRECOGNIZED ->
          AlertSeverity.ALERT_SEVERITY_INFO;
    };
  }

  private static String title(Anomaly anomaly) {
    var whose =
        anomaly.getDimension().isEmpty()
            ? "all"
            : anomaly.getDimension() + " " + anomaly.getValue();
    var current = anomaly.getCurrent();
    return switch (anomaly.getRule()) {
      case ANOMALY_RULE_HOURLY_COST ->
          "%s spent %s %s in an hour, %s usual"
              .formatted(whose, current, anomaly.getCurrencyCode(), rise(anomaly));
      case ANOMALY_RULE_RETRY_RATE ->
          "%s retries %s %% of its calls".formatted(whose, percent(new BigDecimal(current)));
      case ANOMALY_RULE_TOKEN_INFLATION ->
          "%s uses %s tokens per request, %s usual".formatted(whose, current, rise(anomaly));
      case ANOMALY_RULE_NEW_SPEND ->
          "%s is new and spent %s %s".formatted(whose, current, anomaly.getCurrencyCode());
      case ANOMALY_RULE_UNSPECIFIED, UNRECOGNIZED -> anomaly.getAnomalyId();
    };
  }

  private static String rise(Anomaly anomaly) {
    var usual = new BigDecimal(anomaly.getBaseline());
    if (usual.signum() <= 0) {
      return "and nothing is";
    }
    var rise = new BigDecimal(anomaly.getCurrent()).divide(usual, MathContext.DECIMAL64);
    return percent(rise.subtract(BigDecimal.ONE)) + " % over what is";
  }

  private static String percent(BigDecimal share) {
    return share.multiply(HUNDRED).setScale(1, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String text(Anomaly anomaly) {
    var lines = new ArrayList<String>();
    lines.add("Usual: %s. Calls: %d.".formatted(anomaly.getBaseline(), anomaly.getSample()));
    if (anomaly.hasCause()) {
      var cause = anomaly.getCause();
      lines.add(
          String.format(
              Locale.ROOT,
              "%.0f %% of the change is %s %s.",
              cause.getShare() * 100,
              cause.getDimension(),
              cause.getValue().isEmpty() ? "that is not attributed" : cause.getValue()));
    }
    if (anomaly.getDeploymentIdsCount() > 0) {
      lines.add("Deployed before: " + String.join(", ", anomaly.getDeploymentIdsList()) + ".");
    }
    return String.join("\n", lines);
  }
}
