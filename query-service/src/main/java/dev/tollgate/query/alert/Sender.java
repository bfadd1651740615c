package dev.tollgate.query.alert;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.alert.v1.DeliveryState;
import dev.tollgate.query.alert.Deliveries.Stored;
import dev.tollgate.query.quota.QuotaClient;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends what is due, each route on a thread of its own, so that a slow receiver keeps nobody else
/// waiting. Any number of processes may do so side by side.
public final class Sender implements AutoCloseable {
  /* Whoever sends a delivery first writes the version that says so. Of several only one succeeds,
  and for a minute it alone may send; it then writes what came of it. A process that dies in between
  leaves a delivery that is due again after that minute: it may have arrived, so the receiver may get
  it twice, with the same id. */
  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
  private static final Duration CLAIM = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final Duration PAUSE_MAX = Duration.ofHours(1);
  private static final int ATTEMPTS_MAX = 12;

  private final Alerts alerts;
  private final Targets targets;
  private final TimeSource time;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean ended = new AtomicBoolean();
  private long size = -1;
  private Instant due = Instant.MIN;

  /// @param quota what routes with an action act on
  public Sender(Alerts alerts, Reach reach, QuotaClient quota, TimeSource time) {
    this.alerts = alerts;
    this.targets = new Targets(reach, quota);
    this.time = time;
  }

  /// Begins to send what is due, and does not wait for it. Not safe for concurrent use.
  public void run() {
    var now = time.now();
    var newSize = alerts.deliveries().size();
    // Only then there can be something new, or something left by a thread that was busy or failed.
    var changed = ended.getAndSet(false) || newSize != size;
    if (!changed && now.isBefore(due)) {
      return;
    }
    var waiting = alerts.deliveries().recent(now).stream().filter(Sender::isOpen).toList();
    var byRoute = new LinkedHashMap<String, List<Stored>>();
    waiting.forEach(
        each -> byRoute.computeIfAbsent(each.route(), _ -> new ArrayList<>()).add(each));
    byRoute.forEach((route, all) -> begin(route, due(all, now)));
    size = newSize;
    due =
        waiting.stream()
            .map(Sender::due)
            .filter(each -> each.isAfter(now))
            .min(Instant::compareTo)
            .orElse(Instant.MAX);
  }

  /* An end waits until nothing is to be said of the beginning any more. */
  private static List<Stored> due(List<Stored> route, Instant now) {
    return route.stream()
        .filter(each -> !due(each).isAfter(now))
        .filter(each ->
            each.delivery().getAlert().getStatus() != AlertStatus.ALERT_STATUS_RESOLVED
                || route.stream()
                    .filter(other -> !other.equals(each))
                    .noneMatch(other ->
                        other
                            .delivery()
                            .getAlert()
                            .getAlertId()
                            .equals(each.delivery().getAlert().getAlertId())))
        .toList();
  }

  private static boolean isOpen(Stored stored) {
    return switch (stored.delivery().getState()) {
      case DELIVERY_STATE_PENDING, DELIVERY_STATE_SENDING -> true;
      case DELIVERY_STATE_DELIVERED,
          DELIVERY_STATE_DEAD,
          DELIVERY_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          false;
    };
  }

  private static Instant due(Stored stored) {
    return Times.instant(stored.delivery().getDueTime());
  }

  private void begin(String route, List<Stored> deliveries) {
    if (!deliveries.isEmpty() && busy.add(route)) {
      threads.execute(() -> {
        try {
          deliveries.forEach(this::send);
        } catch (RuntimeException failed) {
          LOG.warn("{}: its alerts could not be sent, and will be tried again", route, failed);
        } finally {
          busy.remove(route);
          ended.set(true);
        }
      });
    }
  }

  private void send(Stored stored) {
    var before = stored.delivery();
    var claim =
        before.toBuilder()
            .setState(DeliveryState.DELIVERY_STATE_SENDING)
            .setDueTime(Times.timestamp(time.now().plus(CLAIM)))
            .setAttempts(before.getAttempts() + 1)
            .build();
    alerts
        .deliveries()
        .put(stored, claim)
        .ifPresent(claimed -> {
          var after = sent(claimed.tenant(), claimed.delivery());
          var _ = alerts.deliveries().put(claimed, after);
        });
  }

  private AlertDelivery sent(String tenant, AlertDelivery delivery) {
    var route = alerts.routes().find(tenant, delivery.getRouteId());
    if (route.isEmpty()) {
      return dead(delivery, "the route was deleted");
    }
    return switch (outcome(tenant, route.get(), delivery)) {
      case Outcome.Taken() ->
          delivery.toBuilder()
              .setState(DeliveryState.DELIVERY_STATE_DELIVERED)
              .clearDueTime()
              .clearError()
              .build();
      case Outcome.Refused(var why) -> dead(delivery, why);
      case Outcome.Failed(var why) -> again(delivery, why);
    };
  }

  /* A process that was stopped since its claim, or somebody who redrives, could otherwise do again
  what the alert's end has undone. */
  private Outcome outcome(String tenant, AlertRoute route, AlertDelivery delivery) {
    return Actions.begins(route, delivery) && alerts.deliveries().hasEnd(tenant, delivery)
        ? new Outcome.Taken()
        : targets.send(route, tenant, delivery, time.now());
  }

  private AlertDelivery again(AlertDelivery delivery, String why) {
    return delivery.getAttempts() >= ATTEMPTS_MAX
        ? dead(delivery, why)
        : delivery.toBuilder()
            .setState(DeliveryState.DELIVERY_STATE_PENDING)
            .setDueTime(Times.timestamp(time.now().plus(pause(delivery.getAttempts()))))
            .setError(why)
            .build();
  }

  /// How long is waited after so many attempts.
  static Duration pause(int attempts) {
    var pause = PAUSE.multipliedBy(1L << Math.min(attempts - 1, 20));
    return pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
  }

  private static AlertDelivery dead(AlertDelivery delivery, String why) {
    return delivery.toBuilder()
        .setState(DeliveryState.DELIVERY_STATE_DEAD)
        .clearDueTime()
        .setError(why)
        .build();
  }

  /// What is being sent may be cut off: it is then sent again by whoever comes after.
  @Override
  public void close() {
    threads.shutdownNow();
    targets.close();
  }
}
