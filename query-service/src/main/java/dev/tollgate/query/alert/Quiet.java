package dev.tollgate.query.alert;

import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;

/// When a route may be disturbed.
final class Quiet {
  private Quiet() {}

  /// The first instant from now on that is not quiet.
  static Instant due(AlertRoute route, AlertSeverity severity, Instant now) {
    var quiet = route.getQuietHours();
    var passes = quiet.getCriticalPasses() && severity == AlertSeverity.ALERT_SEVERITY_CRITICAL;
    if (!route.hasQuietHours() || passes) {
      return now;
    }
    var start = LocalTime.parse(quiet.getStart());
    var end = LocalTime.parse(quiet.getEnd());
    var local = now.atZone(ZoneId.of(quiet.getTimeZone()));
    var time = local.toLocalTime();
    var begun = !time.isBefore(start);
    var lasts = time.isBefore(end);
    var overNight = end.isBefore(start);
    if (overNight ? !(begun || lasts) : !(begun && lasts)) {
      return now;
    }
    var date = lasts ? local.toLocalDate() : local.toLocalDate().plusDays(1);
    return date.atTime(end).atZone(local.getZone()).toInstant();
  }
}
