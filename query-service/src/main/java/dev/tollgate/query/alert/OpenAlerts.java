package dev.tollgate.query.alert;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.alert.v1.DeliveryState;
import dev.tollgate.proto.alert.v1.ListAlertDeliveriesResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The alerts that go on, of things that are looked at again and again: what begins is said once,
/// and once more when it is over, whoever notices it. Blocks; safe for concurrent use, by any
/// number of processes.
public final class OpenAlerts {
  /* What is looked at has a line of versions. A look first writes what begins and what is over as
  PENDING, then says it, then writes that it was said. Of several processes only one writes the next
  version, so nobody says what another one has noticed; what a process wrote that died, the next
  look says, and as it has the same ids no route gets it twice. */
  private static final String ACTOR = "alerts";

  private final LateControlTable table;
  private final Alerts alerts;

  private OpenAlerts(LateControlTable table, Alerts alerts) {
    this.table = table;
    this.alerts = alerts;
  }

  /// Kept in the control table of that name.
  public static OpenAlerts open(ClickHouse clickHouse, String name, Alerts alerts) {
    return new OpenAlerts(new LateControlTable(clickHouse, name), alerts);
  }

  /// What goes on of one thing that is looked at, and what of it is still to be said.
  ///
  /// @param kept as deliveries to nobody in particular
  public record Line(String tenant, String id, long version, List<AlertDelivery> kept) {
    public Line {
      kept = List.copyOf(kept);
    }

    /// Of what nothing was said yet.
    public static Line none(String tenant, String id) {
      return new Line(tenant, id, 0, List.of());
    }

    /// What began and is not over.
    public List<Alert> open() {
      return kept.stream()
          .map(AlertDelivery::getAlert)
          .filter(alert -> alert.getStatus() == AlertStatus.ALERT_STATUS_FIRING)
          .toList();
    }

    /// Whether nothing goes on, and nothing is to be said.
    public boolean isEmpty() {
      return kept.isEmpty();
    }

    private List<Alert> unsaid() {
      return kept.stream()
          .filter(each -> each.getState() == DeliveryState.DELIVERY_STATE_PENDING)
          .map(AlertDelivery::getAlert)
          .toList();
    }
  }

  /// Stands for several texts, of any length, in the id of a line.
  public static String hash(List<String> texts) {
    return Alerts.hash(texts.toArray(String[]::new));
  }

  /// All lines, by tenant and id.
  public List<Line> lines() {
    return table.get().latest().stream().map(OpenAlerts::read).toList();
  }

  /// The line of that id.
  public Line line(String tenant, String id) {
    return table.get().read(tenant, id).map(OpenAlerts::read).orElse(Line.none(tenant, id));
  }

  /// Says what is still to be said of a line, and what has changed with it; nothing happens where
  /// nothing has, or where somebody else has changed it meanwhile.
  ///
  /// @param over of those that are open
  public void change(Line line, List<Alert> begun, List<Alert> over, Instant now) {
    var said = line.unsaid().isEmpty() ? Optional.of(line) : said(line);
    if (!begun.isEmpty() || !over.isEmpty()) {
      said.flatMap(before -> write(before, changed(before, begun, over, now)))
          .ifPresent(written -> {
            var _ = said(written);
          });
    }
  }

  private static List<AlertDelivery> changed(
      Line line, List<Alert> begun, List<Alert> over, Instant now) {
    var kept = new ArrayList<AlertDelivery>();
    line.open().stream()
        .filter(alert -> !over.contains(alert))
        .map(alert -> kept(alert, DeliveryState.DELIVERY_STATE_DELIVERED))
        .forEach(kept::add);
    Stream.concat(over.stream().map(alert -> over(alert, now)), begun.stream())
        .map(alert -> kept(alert, DeliveryState.DELIVERY_STATE_PENDING))
        .forEach(kept::add);
    return kept;
  }

  private static Alert over(Alert alert, Instant now) {
    return alert.toBuilder()
        .setStatus(AlertStatus.ALERT_STATUS_RESOLVED)
        .setTitle("Over: " + alert.getTitle())
        .setEndTime(Times.timestamp(now))
        .build();
  }

  private static AlertDelivery kept(Alert alert, DeliveryState state) {
    return AlertDelivery.newBuilder().setAlert(alert).setState(state).build();
  }

  /* Empty where somebody else was faster to say so. */
  private Optional<Line> said(Line line) {
    line.unsaid().forEach(alert -> alerts.say(line.tenant(), alert));
    var open =
        line.open().stream()
            .map(alert -> kept(alert, DeliveryState.DELIVERY_STATE_DELIVERED))
            .toList();
    return write(line, open);
  }

  private Optional<Line> write(Line before, List<AlertDelivery> kept) {
    var content =
        Form.json(ListAlertDeliveriesResponse.newBuilder().addAllDeliveries(kept).build());
    try {
      return Optional.of(
          read(table.get().append(before.tenant(), before.id(), before.version(), content, ACTOR)));
    } catch (Failure failed) {
      if (failed.reason() == Reason.WRITE_CONFLICT) {
        return Optional.empty();
      }
      throw failed;
    }
  }

  private static Line read(Entry entry) {
    var kept = ListAlertDeliveriesResponse.newBuilder();
    Form.read(entry, kept);
    return new Line(entry.tenant(), entry.id(), entry.version(), kept.getDeliveriesList());
  }
}
