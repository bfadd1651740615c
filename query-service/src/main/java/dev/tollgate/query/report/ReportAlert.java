package dev.tollgate.query.report;

import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.query.v1.GetReportResponse;
import java.util.Map;

/// That a report was made, as people are told of it.
final class ReportAlert {
  private ReportAlert() {}

  static Alert of(GetReportResponse made) {
    var report = made.getReport();
    return Alert.newBuilder()
        .setAlertId(report.getReportId())
        .setKind(AlertKind.ALERT_KIND_REPORT)
        .setSeverity(AlertSeverity.ALERT_SEVERITY_INFO)
        .setStatus(AlertStatus.ALERT_STATUS_FIRING)
        .setTitle(made.getText().lines().findFirst().orElse(""))
        .setText(made.getText())
        .putAllSubject(subject(made))
        // Deliveries are kept by the time that they are about.
        .setStartTime(report.getEndTime())
        .build();
  }

  /// Whose it is.
  static Map<String, String> subject(GetReportResponse made) {
    var team = made.getReport().getTeam();
    return team.isEmpty() ? Map.of() : Map.of("team", team);
  }
}
