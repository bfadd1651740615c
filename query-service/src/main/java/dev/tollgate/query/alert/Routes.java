package dev.tollgate.query.alert;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.AlertRoute;
import java.util.List;
import java.util.Optional;

/// The routes of all tenants, with their secrets. Blocks; safe for concurrent use, by any number of
/// processes.
final class Routes {
  /* An empty content says that the route was deleted. */
  private static final int ROUTES_MAX = 100;

  private final LateControlTable table;

  Routes(LateControlTable table) {
    this.table = table;
  }

  /// By id.
  List<AlertRoute> list(String tenant) {
    return table.get().latest(tenant).stream().flatMap(entry -> read(entry).stream()).toList();
  }

  Optional<AlertRoute> find(String tenant, String id) {
    return table.get().read(tenant, id).flatMap(Routes::read);
  }

  /// Writes the route on top of the version that it names; 0 also writes it where it was deleted.
  AlertRoute put(String tenant, AlertRoute route, String actor) {
    var known = table.get().read(tenant, route.getRouteId());
    var exists = known.flatMap(Routes::read).isPresent();
    if (!exists && list(tenant).size() >= ROUTES_MAX) {
      throw Failure.of(Reason.LIMIT_REACHED, "there are " + ROUTES_MAX + " alert routes");
    }
    var version =
        !exists && route.getVersion() == 0
            ? known.map(Entry::version).orElse(0L)
            : route.getVersion();
    var content = Form.json(route.toBuilder().clearVersion().clearUpdateTime().build());
    return read(table.get().append(tenant, route.getRouteId(), version, content, actor))
        .orElseThrow();
  }

  void delete(String tenant, String id, long version, String actor) {
    if (find(tenant, id).isEmpty()) {
      throw Failure.of(Reason.ALERT_ROUTE_UNKNOWN, id + ": no such alert route");
    }
    table.get().append(tenant, id, version, "", actor);
  }

  private static Optional<AlertRoute> read(Entry entry) {
    if (entry.content().isEmpty()) {
      return Optional.empty();
    }
    var route = AlertRoute.newBuilder();
    Form.read(entry, route);
    return Optional.of(
        route
            .setVersion(entry.version())
            .setUpdateTime(Times.timestamp(entry.writeTime()))
            .build());
  }
}
