package dev.tollgate.query.alert;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.alert.v1.DeliveryState;
import dev.tollgate.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/// Says alerts to the routes that want them. Blocks; safe for concurrent use, by any number of
/// processes.
public final class Alerts {
  private static final int ID_BYTES = 12;

  private final Routes routes;
  private final Deliveries deliveries;
  private final TimeSource time;

  private Alerts(Routes routes, Deliveries deliveries, TimeSource time) {
    this.routes = routes;
    this.deliveries = deliveries;
    this.time = time;
  }

  public static Alerts open(ClickHouse clickHouse, TimeSource time) {
    return new Alerts(
        new Routes(new LateControlTable(clickHouse, "alert_routes")),
        new Deliveries(new LateControlTable(clickHouse, "alert_deliveries")),
        time);
  }

  Routes routes() {
    return routes;
  }

  Deliveries deliveries() {
    return deliveries;
  }

  /// Says it to each route once, however often and by whomever this is called.
  public void say(String tenant, Alert alert) {
    for (var route : routes.list(tenant)) {
      if (wants(route, alert)) {
        var due = Quiet.due(route, alert.getSeverity(), time.now());
        deliveries.add(
            tenant,
            AlertDelivery.newBuilder()
                .setDeliveryId(id(route, alert))
                .setRouteId(route.getRouteId())
                .setAlert(alert)
                .setState(DeliveryState.DELIVERY_STATE_PENDING)
                .setDueTime(Times.timestamp(due))
                .setFirstDueTime(Times.timestamp(due))
                .build());
      }
    }
  }

  static boolean wants(AlertRoute route, Alert alert) {
    var subject = alert.getSubjectMap();
    var dimension = route.getDimension();
    var isOurs =
        dimension.isEmpty()
            ? subject.isEmpty() || route.getOwnersCount() > 0
            : subject.containsKey(dimension)
                && (route.getValuesCount() == 0
                    || route.getValuesList().contains(subject.get(dimension)));
    return isOurs
        && (route.getKindsCount() == 0 || route.getKindsList().contains(alert.getKind()))
        && alert.getSeverityValue() >= route.getMinSeverityValue()
        && (route.getOwnersCount() == 0 || route.getOwnersList().contains(alert.getOwner()))
        && !(route.getOmitResolved() && alert.getStatus() == AlertStatus.ALERT_STATUS_RESOLVED);
  }

  /* The hour that it is about, so that ids are in the order of time, and what tells it apart. */
  private static String id(AlertRoute route, Alert alert) {
    var about = alert.hasEndTime() ? alert.getEndTime() : alert.getStartTime();
    var hour = Times.instant(about).truncatedTo(ChronoUnit.HOURS);
    return hour + "-" + hash(route.getRouteId(), alert.getStatus().name(), alert.getAlertId());
  }

  /// 24 hex digits that stand for these texts.
  static String hash(String... parts) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      for (var part : parts) {
        hash.update(part.getBytes(StandardCharsets.UTF_8));
        hash.update((byte) 0);
      }
      return HexFormat.of().formatHex(hash.digest(), 0, ID_BYTES);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
