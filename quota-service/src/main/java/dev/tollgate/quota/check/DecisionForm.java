package dev.tollgate.quota.check;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.quota.v1.Allowed;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.DenialReason;
import dev.tollgate.proto.quota.v1.Denied;
import dev.tollgate.proto.quota.v1.Downgrade;
import dev.tollgate.proto.quota.v1.NoticeKind;
import dev.tollgate.quota.answer.Amounts;
import dev.tollgate.quota.answer.Units;
import dev.tollgate.quota.budget.Budget;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Decisions as they go over the wire.
final class DecisionForm {
  private DecisionForm() {}

  /// @param reservationId as sealed; empty where nothing is held
  static CheckQuotaResponse allowed(Decision.Allowed yes, String reservationId) {
    var terms = yes.reservation().terms();
    var allowed =
        Allowed.newBuilder()
            .setReservationId(reservationId)
            .setExpireTime(timestamp(yes.reservation().expireTime()))
            .setMaxOutputTokens(terms.maxOutputTokens())
            .setClamped(yes.clamped())
            .setHeldCost(Amounts.money(terms.currency(), terms.held().costNanos()))
            .setPriceBookVersion(terms.bookRef())
            .setUnknownModel(terms.unknownModel())
            .setUnheld(yes.unheld())
            .setInputTokens(terms.held().inputTokens());
    for (var notice : yes.notices()) {
      allowed.addNotices(print(notice));
    }
    return CheckQuotaResponse.newBuilder().setAllowed(allowed).build();
  }

  private static dev.tollgate.proto.quota.v1.Notice print(Notice notice) {
    var form = dev.tollgate.proto.quota.v1.Notice.newBuilder();
    return switch (notice) {
      case Notice.OfModel(var budget, var group) ->
          form.setBudgetId(budget.id())
              .setBudgetDisplayName(budget.displayName())
              .addAllGroup(group)
              .setKind(NoticeKind.NOTICE_KIND_WOULD_DENY)
              .build();
      case Notice.OfLimit(var part, var kind, var usedPercent) ->
          form.setBudgetId(part.budget().id())
              .setBudgetDisplayName(part.budget().displayName())
              .addAllGroup(part.group())
              .setUnit(Units.print(part.limit().unit()))
              .setKind(print(kind))
              .setUsedPercent(usedPercent)
              .build();
    };
  }

  private static NoticeKind print(Notice.Kind kind) {
    return switch (kind) {
      case SOFT_THRESHOLD -> NoticeKind.NOTICE_KIND_SOFT_THRESHOLD;
      case OVER_LIMIT -> NoticeKind.NOTICE_KIND_OVER_LIMIT;
      case WOULD_DENY -> NoticeKind.NOTICE_KIND_WOULD_DENY;
      case GRACE -> NoticeKind.NOTICE_KIND_GRACE;
    };
  }

  static CheckQuotaResponse denied(Decision.Denied no) {
    var denied =
        switch (no) {
          case Decision.OverLimit over -> print(over);
          case Decision.Frozen(var freeze) ->
              Denied.newBuilder()
                  .setReason(DenialReason.DENIAL_REASON_FROZEN)
                  .setMessage(
                      freeze.denialMessage().isEmpty()
                          ? "Calls like this are stopped for now."
                          : freeze.denialMessage());
          case Decision.Ended(var budget, var group) ->
              by(budget, group, "The trial that this was part of is over.")
                  .setReason(DenialReason.DENIAL_REASON_ENDED);
          case Decision.ModelNotAllowed(var budget, var group, var advice) ->
              advised(by(budget, group, "This model is not available here."), advice)
                  .setReason(DenialReason.DENIAL_REASON_MODEL_NOT_ALLOWED);
          case Decision.NoBudget() ->
              Denied.newBuilder()
                  .setReason(DenialReason.DENIAL_REASON_NO_BUDGET)
                  .setMessage("There is no budget for this.");
        };
    return CheckQuotaResponse.newBuilder().setDenied(denied).build();
  }

  private static Denied.Builder print(Decision.OverLimit no) {
    var limit = no.limit();
    var denied =
        advised(by(no.budget(), no.group(), message(no)), no.advice())
            .setReason(
                no.byPriority()
                    ? DenialReason.DENIAL_REASON_PRIORITY
                    : DenialReason.DENIAL_REASON_LIMIT)
            .setUnit(Units.print(limit.unit()))
            .setRemaining(limit.print(no.remaining()))
            .setRequested(limit.print(no.requested()));
    no.resetTime()
        .ifPresent(reset ->
            denied
                .setResetTime(timestamp(reset))
                .setRetryAfter(
                    Durations.fromMillis(
                        Math.max(0, Duration.between(no.now(), reset).toMillis()))));
    return denied;
  }

  private static Denied.Builder by(Budget budget, List<String> group, String message) {
    var own = budget.contact().denialMessage();
    return Denied.newBuilder()
        .setBudgetId(budget.id())
        .setBudgetDisplayName(budget.displayName())
        .addAllGroup(group)
        .setOwner(budget.contact().owner())
        .setMessage(own.isEmpty() ? message : own);
  }

  private static String message(Decision.OverLimit no) {
    if (no.byPriority()) {
      return "What is left of the budget for this is kept for more urgent work.";
    }
    var spent = "The budget for this is used up.";
    return no.resetTime().isEmpty()
        ? spent + " Ask who looks after it for more."
        : spent + " It is renewed when its current period ends.";
  }

  private static Denied.Builder advised(Denied.Builder denied, List<Advice> advice) {
    for (var each : advice) {
      denied.setDowngrade(
          Downgrade.newBuilder()
              .setProvider(each.provider())
              .setModel(each.model())
              .setSaving(Amounts.money(each.currency(), each.saving().value())));
    }
    return denied;
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamps.fromMillis(instant.toEpochMilli());
  }
}
