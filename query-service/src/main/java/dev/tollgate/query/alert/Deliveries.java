package dev.tollgate.query.alert;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// What was said, and how far each has come. Blocks; safe for concurrent use, by any number of
/// processes.
final class Deliveries {
  /// Older ones are neither sent nor redriven.
  static final Duration KEPT = Duration.ofDays(7);

  private static final String ACTOR = "alerts";

  private final LateControlTable table;

  Deliveries(LateControlTable table) {
    this.table = table;
  }

  /// One as it is stored, with whose it is.
  record Stored(String tenant, AlertDelivery delivery, long version) {
    /// What tells routes of all tenants apart.
    String route() {
      return tenant + " " + delivery.getRouteId();
    }
  }

  /// A change of this says that there may be something to send.
  long size() {
    return table.get().size();
  }

  /// Those of the past 7 days, of all tenants, each tenant's by id.
  List<Stored> recent(Instant now) {
    return table.get().latestFrom(from(now)).stream().map(Deliveries::read).toList();
  }

  /// One tenant's, by id, after the given one.
  List<AlertDelivery> list(String tenant, String after, int most) {
    return table.get().latest(tenant, after + " ", "~", most).stream()
        .map(entry -> read(entry).delivery())
        .toList();
  }

  /// Whether the same route is told that the same alert is over.
  boolean hasEnd(String tenant, AlertDelivery begun) {
    var alert = begun.getAlert();
    var hour = Times.instant(alert.getStartTime()).truncatedTo(ChronoUnit.HOURS).toString();
    return list(tenant, hour, Integer.MAX_VALUE).stream()
        .filter(each -> each.getRouteId().equals(begun.getRouteId()))
        .filter(each -> each.getAlert().getAlertId().equals(alert.getAlertId()))
        .anyMatch(each -> Post.isOver(each.getAlert()));
  }

  Optional<Stored> find(String tenant, String id) {
    return table.get().read(tenant, id).map(Deliveries::read);
  }

  /// A dead letter that can still be sent, if it is one.
  boolean isRecent(String id, Instant now) {
    return id.compareTo(from(now)) >= 0;
  }

  private static String from(Instant now) {
    return now.minus(KEPT).truncatedTo(ChronoUnit.HOURS).toString();
  }

  /// Writes what becomes of it; empty where somebody else was faster.
  Optional<Stored> put(Stored before, AlertDelivery delivery) {
    return put(before, delivery, ACTOR);
  }

  Optional<Stored> put(Stored before, AlertDelivery delivery, String actor) {
    var content = Form.json(delivery.toBuilder().clearUpdateTime().build());
    try {
      return Optional.of(
          read(
              table
                  .get()
                  .append(
                      before.tenant(),
                      delivery.getDeliveryId(),
                      before.version(),
                      content,
                      actor)));
    } catch (Failure failed) {
      if (failed.reason() == Reason.WRITE_CONFLICT) {
        return Optional.empty();
      }
      throw failed;
    }
  }

  /// Writes one that is new; nothing happens where it is there.
  void add(String tenant, AlertDelivery delivery) {
    if (find(tenant, delivery.getDeliveryId()).isEmpty()) {
      var _ = put(new Stored(tenant, AlertDelivery.getDefaultInstance(), 0), delivery);
    }
  }

  private static Stored read(Entry entry) {
    var delivery = AlertDelivery.newBuilder();
    Form.read(entry, delivery);
    return new Stored(
        entry.tenant(),
        delivery.setUpdateTime(Times.timestamp(entry.writeTime())).build(),
        entry.version());
  }
}
