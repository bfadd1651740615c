package dev.tollgate.query.alert;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.QuietHours;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Routes as callers write and see them.
final class RouteForm {
  static final long VERSION_MAX = 1_000_000_000_000_000L;

  private static final int LIST_MAX = 100;
  private static final Pattern CLOCK = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");

  private RouteForm() {}

  /// The route, complete with what is kept of the former one, or FIELD_INVALID.
  ///
  /// @param former what is stored
  /// @param reach says what can be reached
  static AlertRoute read(AlertRoute wire, Optional<AlertRoute> former, Reach reach) {
    var fields = new Fields();
    fields.id("route.route_id", wire.getRouteId());
    fields.count("route.version", wire.getVersion(), 0, VERSION_MAX);
    conditions(fields, wire);
    if (wire.hasQuietHours()) {
      quietHours(fields, wire.getQuietHours());
    }
    var route = Channels.read(fields, wire, former, reach);
    fields.check();
    return route;
  }

  private static void conditions(Fields fields, AlertRoute wire) {
    var kinds = new HashSet<AlertKind>();
    for (var i = 0; i < wire.getKindsCount(); i++) {
      var field = "route.kinds[" + i + "]";
      if (!kinds.add(fields.specified(field, wire.getKinds(i), wire.getKindsValue(i)))) {
        fields.reject(field, wire.getKinds(i).name(), "each once");
      }
    }
    fields.known("route.min_severity", wire.getMinSeverity(), wire.getMinSeverityValue());
    var dimension = wire.getDimension();
    if (!dimension.isEmpty() && Dimension.of(dimension).isEmpty()) {
      fields.rejectText("route.dimension", dimension, "a dimension");
    }
    texts(fields, "route.values", wire.getValuesList(), dimension.isEmpty() ? 0 : LIST_MAX);
    texts(fields, "route.owners", wire.getOwnersList(), LIST_MAX);
  }

  private static void texts(Fields fields, String field, List<String> texts, int most) {
    fields.count(field + " (size)", texts.size(), 0, most);
    for (var i = 0; i < Math.min(most, texts.size()); i++) {
      fields.text(field + "[" + i + "]", texts.get(i), 1, Fields.DIMENSION_VALUE_MAX);
    }
  }

  private static void quietHours(Fields fields, QuietHours hours) {
    clock(fields, "route.quiet_hours.start", hours.getStart());
    clock(fields, "route.quiet_hours.end", hours.getEnd());
    if (hours.getStart().equals(hours.getEnd())) {
      fields.rejectText("route.quiet_hours.end", hours.getEnd(), "another time than start");
    }
    if (!ZoneId.getAvailableZoneIds().contains(hours.getTimeZone())) {
      fields.rejectText(
          "route.quiet_hours.time_zone", hours.getTimeZone(), "an IANA name like Europe/Berlin");
    }
  }

  private static void clock(Fields fields, String field, String text) {
    if (!CLOCK.matcher(text).matches()) {
      fields.rejectText(field, text, "a time of day like 22:00");
    }
  }
}
