package dev.tollgate.quota.budget;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.budget.v1.AdjustmentKind;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.common.v1.Dimensions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AdjustmentTest {
  private static final Instant NOW = Instant.parse("2026-03-28T12:00:00Z");
  private static final Window DAY =
      new Window.Calendar(Window.Unit.DAY, ZoneId.of("Europe/Berlin"), 1, 1);

  @Test
  void parse_withoutTimes_isFromNowToTheEndOfTheWindow() {
    var adjustment = parse(DAY, topUp());

    assertThat(adjustment.startTime()).isEqualTo(NOW);
    assertThat(adjustment.endTime()).isEqualTo(Instant.parse("2026-03-28T23:00:00Z"));
  }

  @Test
  void parse_ofALifetime_neverEnds() {
    assertThat(parse(new Window.Lifetime(), topUp()).endTime()).isEqualTo(Instant.MAX);
  }

  @Test
  void parse_thatStartsLater_endsWithTheWindowOfItsStart() {
    var tomorrow =
        topUp().setStartTime(Timestamps.fromMillis(NOW.plusSeconds(86_400).toEpochMilli()));

    /* The night in which the clock is put forward. */
    assertThat(parse(DAY, tomorrow).endTime()).isEqualTo(Instant.parse("2026-03-29T22:00:00Z"));
  }

  @Test
  void parse_shorterThanAMillisecond_isRefused() {
    var start = Timestamps.fromMillis(NOW.toEpochMilli());
    var form = topUp().setStartTime(start).setEndTime(start.toBuilder().setNanos(999_999));
    var fields = new Fields();
    AdjustmentForm.parse(fields, "adjustment", form.build(), DAY, NOW);

    assertThat(fields.violations()).hasSize(1);
    assertThat(fields.violations().getFirst().field()).isEqualTo("adjustment.end_time");
  }

  @Test
  void bound_afterTheWindow_isTheStatedOneAgain() {
    var budget = budget(parse(DAY, topUp()));

    assertThat(whole(budget, NOW)).isEqualTo(15);
    assertThat(whole(budget, NOW.plus(Duration.ofHours(11)).minusMillis(1))).isEqualTo(15);
    assertThat(whole(budget, NOW.plus(Duration.ofHours(11)))).isEqualTo(10);
    assertThat(whole(budget, NOW.minusMillis(1))).isEqualTo(10);
  }

  @Test
  void bound_takenAwayMoreThanThereIs_isNothing() {
    assertThat(whole(budget(parse(DAY, topUp().setNegative(true))), NOW)).isEqualTo(5);
    var twice = topUp().setNegative(true).setAmount(Limit.newBuilder().setRequests(20));
    assertThat(whole(budget(parse(DAY, twice)), NOW)).isZero();
  }

  @Test
  void adjustmentsAt_aDayAfterTheyEnded_areDropped() {
    var budget = budget(parse(DAY, topUp()));

    assertThat(budget.adjustmentsAt(NOW.plus(Duration.ofHours(34)))).hasSize(1);
    assertThat(budget.adjustmentsAt(NOW.plus(Duration.ofHours(36)))).isEmpty();
  }

  @Test
  void carves_endedInTheWindow_stillCounts() {
    var form =
        topUp().setEndTime(Timestamps.fromMillis(NOW.plus(Duration.ofHours(1)).toEpochMilli()));
    var budget = budget(parse(DAY, form));
    var limit = budget.limits().getFirst();

    assertThat(budget.carves(limit, NOW.plus(Duration.ofHours(10)))).isEqualTo(15);
    assertThat(budget.carves(limit, NOW.plus(Duration.ofHours(11)))).isEqualTo(10);
  }

  private static dev.tollgate.proto.budget.v1.Adjustment.Builder topUp() {
    return dev.tollgate.proto.budget.v1.Adjustment.newBuilder()
        .setAdjustmentId("more")
        .setKind(AdjustmentKind.ADJUSTMENT_KIND_TOP_UP)
        .setAmount(Limit.newBuilder().setRequests(5));
  }

  private static Adjustment parse(
      Window window, dev.tollgate.proto.budget.v1.Adjustment.Builder form) {
    var fields = new Fields();
    var adjustment = AdjustmentForm.parse(fields, "adjustment", form.build(), window, NOW);
    fields.check();
    return adjustment;
  }

  private static Budget budget(Adjustment adjustment) {
    var budget =
        new Budget(
            "a",
            "A",
            new TreeMap<>(),
            List.of(),
            DAY,
            List.of(dev.tollgate.quota.budget.Limit.requests(10)),
            Instant.EPOCH);
    return budget.with(List.of(adjustment), budget.origin());
  }

  private static long whole(Budget budget, Instant at) {
    return Bound.of(
            budget,
            budget.limits().getFirst(),
            0,
            0,
            new Bound.Caller(Priority.STANDARD, Dimensions.getDefaultInstance(), at))
        .whole();
  }
}
