package dev.tollgate.quota.hold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.quota.hold.Applied.Effect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How holds end by expiry, what comes after, and how they are kept open.
abstract class ExpiryContract extends HoldsCase {
  ExpiryContract(HoldsStage stage) {
    super(stage);
  }

  private static final Counter KEPT = lifetime("kept", CounterUnit.COST_NANOS);
  private static final Counter INPUT = lifetime("input", CounterUnit.COST_NANOS);
  private static final Counter FREED = lifetime("freed", CounterUnit.COST_NANOS);
  private static final Spend HELD = new Spend(60, 0, 0);

  /// A hold of 60 on three budgets, of which 60, 20 and 0 stay where it expires.
  private Reservation hold(String requestId, Duration duration) {
    return granted(
        wish(
            requestId,
            HELD,
            duration,
            Claim.of(KEPT, 100_000, 60),
            Claim.of(INPUT, 100_000, 60).withLapsed(20),
            Claim.of(FREED, 100_000, 60).withLapsed(0)));
  }

  private Reservation lapsed(String requestId) {
    var reservation = hold(requestId, SHORT);
    elapse(SHORT);
    assertThat(holds().expire(tenant()).join()).isEqualTo(1);
    return reservation;
  }

  private List<Stand> stands() {
    return stand(KEPT, INPUT, FREED);
  }

  private static List<Stand> settled(long kept, long input, long freed) {
    return List.of(new Stand(kept, 0), new Stand(input, 0), new Stand(freed, 0));
  }

  private List<Lapse> lapses() {
    return holds().lapses(tenant()).join();
  }

  @Test
  void expire_threePolicies_eachKeepsItsOwn() {
    lapsed("a");

    assertThat(stands()).isEqualTo(settled(60, 20, 0));
    assertThat(holds().expire(tenant()).join()).isZero();
    assertThat(stands()).isEqualTo(settled(60, 20, 0));
  }

  @Test
  void expire_beforeItsTime_changesNothing() {
    hold("a", LONG);

    assertThat(holds().expire(tenant()).join()).isZero();
    assertThat(stand(FREED)).containsExactly(new Stand(60, 60));
  }

  @Test
  void settle_afterExpiry_replacesWhatStayed() {
    var reservation = lapsed("a");

    assertThat(holds().settle(reservation, new Spend(45, 0, 0)).join())
        .isEqualTo(new Settled.Charged(false, 45));
    assertThat(holds().settle(reservation, new Spend(50, 0, 0)).join())
        .isEqualTo(new Settled.Charged(true, 45));
    assertThat(stands()).isEqualTo(settled(45, 45, 45));
  }

  @Test
  void release_afterExpiry_givesBackWhatStayed() {
    var reservation = lapsed("a");

    assertThat(holds().release(reservation).join()).isEqualTo(Released.GIVEN_BACK);
    assertThat(holds().release(reservation).join()).isEqualTo(Released.REPLAYED);
    assertThat(stands()).isEqualTo(settled(0, 0, 0));
  }

  @Test
  void settle_dueButNotSweptYet_isSettledOnce() {
    var reservation = hold("a", SHORT);
    elapse(SHORT);
    holds().settle(reservation, new Spend(45, 0, 0)).join();

    assertThat(holds().expire(tenant()).join()).isZero();
    assertThat(stands()).isEqualTo(settled(45, 45, 45));
    assertThat(lapses()).isEmpty();
  }

  @Test
  void apply_afterExpiry_isTheLedgersWord() {
    var reservation = lapsed("a");

    var effects =
        apply(
                new LedgerEntry.Actual(1, reservation, new Spend(7, 0, 0)),
                new LedgerEntry.Actual(2, reservation, new Spend(9, 0, 0)))
            .effects();

    assertThat(effects).containsExactly(Effect.APPLIED, Effect.APPLIED);
    assertThat(stands()).isEqualTo(settled(16, 16, 16));
  }

  @Test
  void apply_unpricedAfterExpiry_chargesWhatWasHeld() {
    var reservation = lapsed("a");

    apply(new LedgerEntry.Unpriced(1, reservation, 0, 0));

    assertThat(stands()).isEqualTo(settled(60, 60, 60));
  }

  @Test
  void lapses_expired_tellWhatStayedUntilTheyAreRecorded() {
    var reservation = lapsed("a");

    var lapse =
        new Lapse(
            reservation.id(),
            reservation.checkTime(),
            reservation.expireTime(),
            reservation.terms(),
            List.of(new Seed(KEPT, 60), new Seed(INPUT, 20)));
    assertThat(lapses()).containsExactly(lapse);
    assertThat(lapses()).containsExactly(lapse);
    holds().recorded(tenant(), List.of(reservation.id())).join();
    assertThat(lapses()).isEmpty();
    holds().recorded(tenant(), List.of(reservation.id())).join();
  }

  @Test
  void lapses_nothingStayed_areNone() {
    granted(wish("a", HELD, SHORT, Claim.of(FREED, 100, 60).withLapsed(0)));
    elapse(SHORT);

    assertThat(holds().expire(tenant()).join()).isEqualTo(1);
    assertThat(lapses()).isEmpty();
  }

  @Test
  void lapses_settledMeanwhile_areNone() {
    var settled = lapsed("a");
    var released = lapsed("b");
    var other = lapsed("c");
    holds().settle(settled, HELD).join();
    holds().release(released).join();

    assertThat(lapses()).extracting(Lapse::id).containsExactly(other.id());
  }

  @Test
  void sweep_bookFailsOnce_recordsEveryLapse() {
    for (int i = 0; i < 130; i++) {
      hold("r" + i, SHORT);
    }
    elapse(SHORT);
    var written = new ArrayList<Lapse>();
    var failing = Sweep.by(holds(), (tenant, lapses) -> failing());
    var sweep = Sweep.by(holds(), (tenant, lapses) -> written.addAll(lapses));

    assertThatThrownBy(() -> failing.sweep(tenant())).isInstanceOf(IllegalStateException.class);
    sweep.sweep(tenant());
    failing.close();
    sweep.close();

    assertThat(written).extracting(Lapse::id).doesNotHaveDuplicates().hasSize(130);
    assertThat(stands()).isEqualTo(settled(130 * 60, 130 * 20, 0));
    assertThat(lapses()).isEmpty();
  }

  private static void failing() {
    throw new IllegalStateException("the book is away");
  }

  private Extended extend(Reservation reservation, Duration duration) {
    return holds().extend(reservation, duration).join();
  }

  @Test
  void extend_open_isKeptForLonger() {
    var reservation = hold("a", Duration.ofSeconds(2));
    var before = holds().now();

    var until = ((Extended.Until) extend(reservation, LONG)).expireTime();
    elapse(Duration.ofMillis(2_010));

    assertThat(until)
        .isBetween(before.plus(LONG).minusSeconds(1), before.plus(LONG).plusSeconds(9));
    assertThat(holds().expire(tenant()).join()).isZero();
    assertThat(stand(KEPT)).containsExactly(new Stand(60, 60));
  }

  @Test
  void extend_byLess_neverShortens() {
    var reservation = hold("a", LONG);

    assertThat(extend(reservation, SHORT)).isEqualTo(new Extended.Until(reservation.expireTime()));
  }

  @Test
  void extend_byMoreThanADay_isADay() {
    var reservation = hold("a", LONG);
    var before = holds().now();

    var until = ((Extended.Until) extend(reservation, Duration.ofDays(400))).expireTime();

    assertThat(until)
        .isBetween(before.plus(Duration.ofHours(23)), before.plus(Duration.ofHours(25)));
  }

  @Test
  void extend_closedOrExpired_saysSo() {
    var settled = hold("a", LONG);
    holds().settle(settled, HELD).join();
    var released = hold("b", LONG);
    holds().release(released).join();
    var due = hold("c", SHORT);
    elapse(SHORT);

    assertThat(extend(settled, LONG)).isEqualTo(new Extended.Closed(true));
    assertThat(extend(released, LONG)).isEqualTo(new Extended.Closed(false));
    assertThat(extend(due, LONG)).isEqualTo(new Extended.Lapsed());
    holds().expire(tenant()).join();
    assertThat(extend(due, LONG)).isEqualTo(new Extended.Lapsed());
    assertThat(extend(withId(settled, "never"), LONG)).isEqualTo(new Extended.Unknown());
    assertThat(stands()).isEqualTo(settled(120, 80, 60));
  }

  @Test
  void extend_afterTheStoreWasLost_holdsAnewInFull() {
    var reservation = hold("a", LONG);
    beginAnew();

    assertThat(extend(reservation, LONG)).isInstanceOf(Extended.Until.class);
    assertThat(extend(reservation, LONG)).isInstanceOf(Extended.Until.class);

    assertThat(stand(KEPT, FREED)).containsExactly(new Stand(60, 60), new Stand(60, 60));
    assertThat(reserve(wish("a", HELD, LONG))).isEqualTo(new Reserved.Closed(true));
    holds().settle(reservation, new Spend(45, 0, 0)).join();
    assertThat(stands()).isEqualTo(settled(45, 45, 45));
  }
}
