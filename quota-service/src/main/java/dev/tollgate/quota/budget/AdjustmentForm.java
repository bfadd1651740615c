package dev.tollgate.quota.budget;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.budget.v1.AdjustmentKind;
import dev.tollgate.quota.hold.CounterUnit;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Adjustments as they go over the wire: parsed with every mistake named, and printed.
final class AdjustmentForm {
  private static final int NOTE_MAX = 512;
  private static final Instant TIME_MIN = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("2100-01-01T00:00:00Z");

  private AdjustmentForm() {}

  /// Reads an adjustment of a budget, made now.
  static Adjustment parse(
      Fields fields,
      String field,
      dev.tollgate.proto.budget.v1.Adjustment form,
      Window window,
      Instant now) {
    var start =
        form.hasStartTime()
            ? time(fields, field + ".start_time", form.getStartTime())
            : now.truncatedTo(ChronoUnit.MILLIS);
    var end =
        form.hasEndTime()
            ? time(fields, field + ".end_time", form.getEndTime())
            : endOf(window, start);
    if (!start.isBefore(end)) {
      fields.reject(field + ".end_time", end + " (expected: after " + start + ")");
    }
    var limit = LimitForm.parse(fields, field + ".amount", form.getAmount(), 100);
    var unit = limit.isEmpty() ? CounterUnit.REQUESTS : limit.getFirst().unit();
    var amount = limit.isEmpty() ? 0 : limit.getFirst().amount();
    if (!limit.isEmpty() && (amount == 0 || limit.getFirst().isSpendRate())) {
      fields.reject(field + ".amount", amount + " (expected: an amount above 0)");
    }
    return new Adjustment(
        fields.id(field + ".adjustment_id", form.getAdjustmentId()),
        kind(fields, field + ".kind", form),
        unit,
        form.getNegative() ? -amount : amount,
        start,
        end,
        fields.text(field + ".note", form.getNote(), 0, NOTE_MAX),
        form.getActor());
  }

  private static Instant time(Fields fields, String field, Timestamp given) {
    return fields.instant(field, true, given, TIME_MIN, TIME_MAX).truncatedTo(ChronoUnit.MILLIS);
  }

  /// When what begins then ends by itself.
  static Instant endOf(Window window, Instant start) {
    if (window instanceof Window.Lifetime) {
      return Instant.MAX;
    }
    var end = Instant.ofEpochMilli(window.at(start).endMillis());
    return end.isAfter(TIME_MAX) ? TIME_MAX : end;
  }

  private static Adjustment.Kind kind(
      Fields fields, String field, dev.tollgate.proto.budget.v1.Adjustment form) {
    return switch (fields.specified(field, form.getKind(), form.getKindValue())) {
      case ADJUSTMENT_KIND_REFUND -> Adjustment.Kind.REFUND;
      case ADJUSTMENT_KIND_CUT -> Adjustment.Kind.CUT;
      case ADJUSTMENT_KIND_RAISE -> Adjustment.Kind.RAISE;
      case ADJUSTMENT_KIND_TOP_UP, ADJUSTMENT_KIND_UNSPECIFIED, UNRECOGNIZED ->
          Adjustment.Kind.TOP_UP;
    };
  }

  static dev.tollgate.proto.budget.v1.Adjustment print(Budget budget, Adjustment adjustment) {
    var form =
        dev.tollgate.proto.budget.v1.Adjustment.newBuilder()
            .setAdjustmentId(adjustment.id())
            .setKind(AdjustmentKind.valueOf("ADJUSTMENT_KIND_" + adjustment.kind().name()))
            .setNegative(adjustment.amount() < 0)
            .setStartTime(Timestamps.fromMillis(adjustment.startTime().toEpochMilli()))
            .setNote(adjustment.note())
            .setActor(adjustment.actor());
    if (!adjustment.endTime().equals(Instant.MAX)) {
      form.setEndTime(Timestamps.fromMillis(adjustment.endTime().toEpochMilli()));
    }
    for (var limit : budget.limits()) {
      if (limit.isOf(adjustment.unit())) {
        form.setAmount(LimitForm.print(limit, Math.abs(adjustment.amount())));
      }
    }
    return form.build();
  }
}
