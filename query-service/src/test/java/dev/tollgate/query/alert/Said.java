package dev.tollgate.query.alert;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.WebhookChannel;
import dev.tollgate.time.TimeSource;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// A tenant's routes, and what is said to them.
@NullMarked
public final class Said {
  private final Alerts alerts;
  private final String tenant;

  public Said(ClickHouse clickHouse, TimeSource time, String tenant) {
    this.alerts = Alerts.open(clickHouse, time);
    this.tenant = tenant;
  }

  public void route(AlertRoute.Builder route) {
    var webhook = WebhookChannel.newBuilder().setUrl("https://receiver").setSecret("secret");
    alerts.routes().put(tenant, route.setWebhook(webhook).build(), "test");
  }

  /// By the hour that each is about.
  public List<Alert> to(String route) {
    return alerts.deliveries().list(tenant, "", 10_000).stream()
        .filter(each -> each.getRouteId().equals(route))
        .map(AlertDelivery::getAlert)
        .toList();
  }
}
