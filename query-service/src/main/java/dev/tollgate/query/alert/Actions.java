package dev.tollgate.query.alert;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.budget.v1.Adjustment;
import dev.tollgate.proto.budget.v1.AdjustmentKind;
import dev.tollgate.proto.budget.v1.Freeze;
import dev.tollgate.query.quota.QuotaClient;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// What routes do in place of a message: done when an alert begins, undone when it is over. Each
/// has an id made of route and alert, and all it says follows from the delivery: whoever does it
/// again does nothing. Blocks; safe for concurrent use.
final class Actions {
  private static final int NOTE_MAX = 512;
  /* No later try could succeed. */
  private static final Set<Reason> FINAL =
      Set.of(Reason.FIELD_INVALID, Reason.BUDGET_UNKNOWN, Reason.REQUEST_ID_REUSED);

  private final QuotaClient quota;

  Actions(QuotaClient quota) {
    this.quota = quota;
  }

  Outcome freeze(AlertRoute route, String tenant, AlertDelivery delivery, Instant now) {
    var alert = delivery.getAlert();
    var id = id(route, alert);
    if (Post.isOver(alert)) {
      return done(() -> quota.unfreeze(tenant, actor(route), id));
    }
    var action = route.getFreeze();
    var end = end(delivery, action.getDuration());
    var freeze =
        Freeze.newBuilder()
            .setFreezeId(id)
            .putAllSelector(alert.getSubjectMap())
            .setDenialMessage(action.getDenialMessage())
            .setNote(note(alert))
            .setExpireTime(Times.timestamp(end))
            .build();
    return refused(route, alert, end, now)
        .orElseGet(() -> done(() -> quota.freeze(tenant, actor(route), freeze)));
  }

  Outcome tighten(AlertRoute route, String tenant, AlertDelivery delivery, Instant now) {
    var alert = delivery.getAlert();
    var id = id(route, alert);
    var action = route.getTighten();
    if (Post.isOver(alert)) {
      return done(() -> loosen(route, tenant, id, now));
    }
    var end = end(delivery, action.getDuration());
    var cut =
        Adjustment.newBuilder()
            .setAdjustmentId(id)
            .setKind(AdjustmentKind.ADJUSTMENT_KIND_CUT)
            .setAmount(action.getAmount())
            .setNegative(true)
            .setEndTime(Times.timestamp(end))
            .setNote(note(alert))
            .build();
    return refused(route, alert, end, now)
        .orElseGet(() -> done(() -> quota.adjust(tenant, actor(route), action.getBudgetId(), cut)));
  }

  /* What was really taken is given back, until the end that it would have had. */
  private void loosen(AlertRoute route, String tenant, String id, Instant now) {
    var budgetId = route.getTighten().getBudgetId();
    quota.budget(tenant, budgetId).getAdjustmentsList().stream()
        .filter(each -> each.getAdjustmentId().equals(id))
        .filter(each -> Times.instant(each.getEndTime()).isAfter(now))
        .findFirst()
        .ifPresent(cut -> {
          var back =
              Adjustment.newBuilder()
                  .setAdjustmentId(id + "-over")
                  .setKind(AdjustmentKind.ADJUSTMENT_KIND_RAISE)
                  .setAmount(cut.getAmount())
                  .setEndTime(cut.getEndTime())
                  .setNote("The alert is over: undoes " + id)
                  .build();
          quota.adjust(tenant, actor(route), budgetId, back);
        });
  }

  /// Whether it begins something, of which nothing is left where the alert is over.
  static boolean begins(AlertRoute route, AlertDelivery delivery) {
    return (route.hasFreeze() || route.hasTighten()) && !Post.isOver(delivery.getAlert());
  }

  /// The id of what a route does about an alert.
  static String id(AlertRoute route, Alert alert) {
    return "alert-" + Alerts.hash(route.getRouteId(), alert.getAlertId());
  }

  private static String actor(AlertRoute route) {
    return "alert-route:" + route.getRouteId();
  }

  private static String note(Alert alert) {
    return Letter.line(alert.getAlertId() + ": " + alert.getTitle(), NOTE_MAX);
  }

  private static Instant end(AlertDelivery delivery, com.google.protobuf.Duration lasts) {
    return Times.instant(delivery.getFirstDueTime())
        .plusSeconds(lasts.getSeconds())
        .plusNanos(lasts.getNanos());
  }

  /* A route that was another one when the alert was said must not freeze more than it may. */
  private static Optional<Outcome> refused(
      AlertRoute route, Alert alert, Instant end, Instant now) {
    if (!Alerts.wants(route, alert)) {
      return Optional.of(new Outcome.Refused("the route was changed: it no more wants the alert"));
    }
    return end.isAfter(now)
        ? Optional.empty()
        : Optional.of(new Outcome.Refused("it would have been over at " + end));
  }

  private static Outcome done(Runnable action) {
    try {
      action.run();
      return new Outcome.Taken();
    } catch (Failure failure) {
      var why = failure.reason() + ": " + failure.getMessage();
      return FINAL.contains(failure.reason()) ? new Outcome.Refused(why) : new Outcome.Failed(why);
    }
  }
}
