package dev.tollgate.quota.hold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quota.hold.Applied.Effect;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What every `Holds` must do. Run against the model in memory and against a real Redis.
abstract class HoldsContract extends HoldsCase {
  HoldsContract(HoldsStage stage) {
    super(stage);
  }

  @Test
  void reserve_fits_holdsOnEveryCounter() {
    var before = holds().now();
    var granted = (Reserved.Granted) reserve(wish("a", 60, 400, LONG));

    assertThat(granted.replayed()).isFalse();
    assertThat(granted.checkTime()).isBetween(before.minusMillis(5), before.plusSeconds(5));
    assertThat(granted.expireTime()).isEqualTo(granted.checkTime().plus(LONG));
    assertThat(stand(COST, TOKENS, CALLS))
        .containsExactly(new Stand(60, 60), new Stand(400, 400), new Stand(1, 1));
  }

  @Test
  void reserve_exactlyTheLimit_isGrantedAndOneMoreRefused() {
    granted(wish("a", 60, 0, LONG));
    granted(wish("b", 40, 0, LONG));

    var refused = (Reserved.Refused) reserve(wish("c", 1, 0, LONG));

    assertThat(refused.encumbered()).containsExactly(100L, 0L, 2L);
  }

  @Test
  void reserve_oneOfManyDoesNotFit_holdsNothing() {
    granted(wish("a", 10, 900, LONG));

    assertThat(reserve(wish("b", 10, 101, LONG))).isInstanceOf(Reserved.Refused.class);
    assertThat(stand(COST, TOKENS, CALLS))
        .containsExactly(new Stand(10, 10), new Stand(900, 900), new Stand(1, 1));
  }

  @Test
  void reserve_amountZeroOnAFullCounter_isGranted() {
    granted(wish("a", 100, 0, LONG));

    assertThat(reserve(wish("b", 0, 10, LONG))).isInstanceOf(Reserved.Granted.class);
  }

  @Test
  void reserve_retriedWithTheSameContent_holdsOnce() {
    var first = (Reserved.Granted) reserve(wish("a", 60, 400, LONG));
    var second = (Reserved.Granted) reserve(wish("a", 60, 400, LONG));

    assertThat(second.replayed()).isTrue();
    assertThat(second.checkTime()).isEqualTo(first.checkTime());
    assertThat(second.expireTime()).isEqualTo(first.expireTime());
    assertThat(second.terms()).isEqualTo(first.terms());
    assertThat(second.counters()).isEqualTo(first.counters());
    assertThat(second.epoch()).isEqualTo(first.epoch());
    assertThat(stand(COST)).containsExactly(new Stand(60, 60));
  }

  @Test
  void reserve_retriedAfterItsLimitWasReached_isStillTheFirstAnswer() {
    granted(wish("a", 100, 0, LONG));

    assertThat(reserve(wish("a", 100, 0, LONG))).isInstanceOf(Reserved.Granted.class);
  }

  @Test
  void reserve_sameIdOtherContent_isReused() {
    granted(wish("a", 60, 400, LONG));
    var other = wish("a", 61, 400, LONG);

    assertThat(
            reserve(
                new Wish(
                    other.tenant(),
                    other.id(),
                    "other",
                    LONG,
                    other.terms(),
                    other.head(),
                    false,
                    other.claims())))
        .isEqualTo(new Reserved.Reused());
  }

  @Test
  void reserve_windowOver_isStale() {
    var now = holds().now();
    var over =
        new Counter(
            "m",
            CounterUnit.REQUESTS,
            Counter.NO_GROUP,
            now.minusSeconds(100).toEpochMilli(),
            now.minusSeconds(50).toEpochMilli());

    var answer = reserve(wish("a", new Spend(0, 0, 0), LONG, Claim.of(over, 10, 1)));

    assertThat(answer).isInstanceOf(Reserved.Stale.class);
    assertThat(stand(over)).containsExactly(new Stand(0, 0));
  }

  @Test
  void reserve_windowNotBegun_isStale() {
    var now = holds().now();
    var ahead =
        new Counter(
            "m",
            CounterUnit.REQUESTS,
            "g",
            now.plusSeconds(50).toEpochMilli(),
            now.plusSeconds(100).toEpochMilli());

    assertThat(reserve(wish("a", new Spend(0, 0, 0), LONG, Claim.of(ahead, 10, 1))))
        .isInstanceOf(Reserved.Stale.class);
  }

  @Test
  void reserve_windowIsNow_countsInIt() {
    var now = holds().now();
    var month =
        new Counter(
            "m",
            CounterUnit.REQUESTS,
            "g",
            now.minusSeconds(50).toEpochMilli(),
            now.plusSeconds(100).toEpochMilli());

    var reservation = granted(wish("a", new Spend(0, 0, 0), LONG, Claim.of(month, 10, 1)));

    assertThat(reservation.counters()).containsExactly(month);
    assertThat(stand(month)).containsExactly(new Stand(1, 1));
  }

  @Test
  void reserve_noClaims_isGrantedAndRemembered() {
    granted(wish("a", new Spend(0, 0, 0), LONG));

    assertThat(((Reserved.Granted) reserve(wish("a", new Spend(0, 0, 0), LONG))).replayed())
        .isTrue();
  }

  @Test
  void reserve_largestAmounts_areExact() {
    var big = 9_000_000_000_000_000L;
    var nanos = big - 1;
    var first = granted(wish("a", new Spend(nanos, 0, 0), LONG, Claim.of(COST, big, nanos)));

    var refused =
        (Reserved.Refused) reserve(wish("b", new Spend(2, 0, 0), LONG, Claim.of(COST, big, 2)));
    assertThat(refused.encumbered()).containsExactly(nanos);
    granted(wish("c", new Spend(1, 0, 0), LONG, Claim.of(COST, big, 1)));
    assertThat(stand(COST)).containsExactly(new Stand(big, big));
    holds().settle(first, new Spend(nanos - 7, 0, 0)).join();
    assertThat(stand(COST)).containsExactly(new Stand(big - 7, 1));
  }

  @Test
  void settle_less_freesTheRest() {
    var reservation = granted(wish("a", 60, 400, LONG));

    assertThat(holds().settle(reservation, new Spend(45, 300, 0)).join())
        .isEqualTo(new Settled.Charged(false, 45));
    assertThat(stand(COST, TOKENS, CALLS))
        .containsExactly(new Stand(45, 0), new Stand(300, 0), new Stand(1, 0));
  }

  @Test
  void settle_moreThanHeld_isRecordedInFull() {
    var reservation = granted(wish("a", 90, 0, LONG));

    holds().settle(reservation, new Spend(150, 5_000, 0)).join();

    assertThat(stand(COST, TOKENS)).containsExactly(new Stand(150, 0), new Stand(5_000, 0));
    assertThat(reserve(wish("b", 1, 0, LONG))).isInstanceOf(Reserved.Refused.class);
    assertThat(reserve(wish("c", new Spend(0, 0, 0), LONG, Claim.of(COST, 100, 0))))
        .isInstanceOf(Reserved.Granted.class);
  }

  @Test
  void settle_twice_countsTheFirst() {
    var reservation = granted(wish("a", 60, 400, LONG));
    holds().settle(reservation, new Spend(45, 300, 0)).join();

    assertThat(holds().settle(reservation, new Spend(50, 300, 0)).join())
        .isEqualTo(new Settled.Charged(true, 45));
    assertThat(stand(COST)).containsExactly(new Stand(45, 0));
  }

  @Test
  void settle_microsCounter_roundsUpOnce() {
    var spend = new Spend(1_001, 0, 0);
    var reservation = granted(wish("a", spend, LONG, Claim.of(MICROS, 10, 2)));

    holds().settle(reservation, new Spend(2_001, 0, 0)).join();

    assertThat(stand(MICROS)).containsExactly(new Stand(3, 0));
  }

  @Test
  void settle_afterRelease_isGivenBack() {
    var reservation = granted(wish("a", 60, 400, LONG));
    holds().release(reservation).join();

    assertThat(holds().settle(reservation, new Spend(45, 300, 0)).join())
        .isEqualTo(new Settled.GivenBack());
    assertThat(stand(COST)).containsExactly(new Stand(0, 0));
  }

  @Test
  void settle_unknownInThisEpoch_movesNothing() {
    var known = granted(wish("a", 60, 400, LONG));
    var unknown = withId(known, "never");

    assertThat(holds().settle(unknown, new Spend(45, 300, 0)).join())
        .isEqualTo(new Settled.Unknown());
    assertThat(stand(COST)).containsExactly(new Stand(60, 60));
  }

  @Test
  void settle_afterTheStoreWasLost_chargesOnce() {
    var reservation = granted(wish("a", 60, 400, LONG));
    beginAnew();

    assertThat(holds().settle(reservation, new Spend(45, 300, 0)).join())
        .isEqualTo(new Settled.Charged(false, 45));
    assertThat(holds().settle(reservation, new Spend(45, 300, 0)).join())
        .isEqualTo(new Settled.Charged(true, 45));
    assertThat(stand(COST, TOKENS, CALLS))
        .containsExactly(new Stand(45, 0), new Stand(300, 0), new Stand(1, 0));
    assertThat(reserve(wish("a", 60, 400, LONG))).isEqualTo(new Reserved.Closed(true));
  }

  @Test
  void release_held_freesAll() {
    var reservation = granted(wish("a", 60, 400, LONG));

    assertThat(holds().release(reservation).join()).isEqualTo(Released.GIVEN_BACK);
    assertThat(holds().release(reservation).join()).isEqualTo(Released.REPLAYED);
    assertThat(stand(COST, TOKENS, CALLS))
        .containsExactly(new Stand(0, 0), new Stand(0, 0), new Stand(0, 0));
  }

  @Test
  void release_settled_isRefused() {
    var reservation = granted(wish("a", 60, 400, LONG));
    holds().settle(reservation, new Spend(45, 300, 0)).join();

    assertThat(holds().release(reservation).join()).isEqualTo(Released.SETTLED);
    assertThat(stand(COST)).containsExactly(new Stand(45, 0));
  }

  @Test
  void release_beforeItsCheckArrives_leavesATombstone() {
    var unknown = withId(granted(wish("a", 60, 400, LONG)), "b");

    assertThat(holds().release(unknown).join()).isEqualTo(Released.TOMBSTONE);
    assertThat(reserve(wish("b", 10, 0, LONG))).isEqualTo(new Reserved.Closed(false));
    assertThat(holds().settle(unknown, new Spend(1, 1, 0)).join())
        .isEqualTo(new Settled.GivenBack());
    assertThat(stand(COST)).containsExactly(new Stand(60, 60));
  }

  @Test
  void expire_due_isChargedInFull() {
    granted(wish("a", 60, 400, SHORT));
    granted(wish("b", 10, 0, LONG));
    elapse(SHORT);

    assertThat(stand(COST)).containsExactly(new Stand(70, 10));
    assertThat(holds().expire(tenant()).join()).isEqualTo(1);
    assertThat(holds().expire(tenant()).join()).isEqualTo(0);
    assertThat(stand(COST)).containsExactly(new Stand(70, 10));
  }

  @Test
  void settle_afterExpiry_creditsTheDifference() {
    var reservation = granted(wish("a", 60, 400, SHORT));
    elapse(SHORT);
    holds().expire(tenant()).join();

    holds().settle(reservation, new Spend(45, 300, 0)).join();

    assertThat(stand(COST)).containsExactly(new Stand(45, 0));
  }

  @Test
  void release_afterExpiry_givesTheChargeBack() {
    var reservation = granted(wish("a", 60, 400, SHORT));
    elapse(SHORT);
    holds().expire(tenant()).join();

    assertThat(holds().release(reservation).join()).isEqualTo(Released.GIVEN_BACK);
    assertThat(stand(COST)).containsExactly(new Stand(0, 0));
  }

  @Test
  void apply_held_isReplacedByTheLedger() {
    var reservation = granted(wish("a", 60, 400, LONG));

    var applied = apply(new LedgerEntry.Actual(7, reservation, new Spend(45, 300, 0)));

    assertThat(applied).isEqualTo(new Applied.Done(7, List.of(Effect.APPLIED)));
    assertThat(stand(COST, TOKENS, CALLS))
        .containsExactly(new Stand(45, 0), new Stand(300, 0), new Stand(1, 0));
    assertThat(holds().settle(reservation, new Spend(50, 1, 0)).join())
        .isEqualTo(new Settled.Charged(true, 45));
    assertThat(holds().release(reservation).join()).isEqualTo(Released.SETTLED);
  }

  @Test
  void apply_settledReleasedOrExpired_isOverruledOnce() {
    var settled = granted(wish("a", 10, 100, LONG));
    holds().settle(settled, new Spend(5, 50, 0)).join();
    var released = granted(wish("b", 10, 100, LONG));
    holds().release(released).join();
    var expired = granted(wish("c", 10, 100, SHORT));
    elapse(SHORT);
    holds().expire(tenant()).join();

    var applied =
        apply(
            new LedgerEntry.Actual(1, settled, new Spend(6, 60, 0)),
            new LedgerEntry.Actual(2, released, new Spend(7, 70, 0)),
            new LedgerEntry.Actual(3, expired, new Spend(8, 80, 0)),
            new LedgerEntry.Actual(4, settled, new Spend(99, 99, 0)));

    assertThat(applied.effects())
        .containsExactly(Effect.APPLIED, Effect.APPLIED, Effect.APPLIED, Effect.APPLIED);
    assertThat(stand(COST, TOKENS, CALLS))
        .containsExactly(new Stand(21 + 99, 0), new Stand(210 + 99, 0), new Stand(4, 0));
    assertThat(holds().settle(settled, new Spend(1, 1, 0)).join())
        .isEqualTo(new Settled.Charged(true, 6));
  }

  @Test
  void apply_furtherUnpricedCallOfOneReservation_addsWhatIsKnown() {
    var reservation = granted(wish("a", 10, 100, LONG));

    apply(
        new LedgerEntry.Actual(1, reservation, new Spend(5, 50, 0)),
        new LedgerEntry.Unpriced(2, reservation, 30, 0),
        new LedgerEntry.Unpriced(3, reservation, 0, 0));

    assertThat(stand(COST, TOKENS, CALLS))
        .containsExactly(new Stand(5, 0), new Stand(80, 0), new Stand(3, 0));
  }

  @Test
  void apply_debits_countBesideReservationsAndWithoutOne() {
    heads().seeded(tenant(), "first", 1, Set.of("later", "people")).join();
    var later = lifetime("later", CounterUnit.COST_NANOS);
    var reservation = granted(wish("a", 10, 100, LONG));

    var applied =
        apply(
            new LedgerEntry.Actual(
                1, reservation, new Spend(5, 50, 0), List.of(Debit.of(later, 5))),
            new LedgerEntry.Actual(
                2, withId(reservation, "never"), new Spend(9, 9, 0), List.of(Debit.of(later, 9))),
            new LedgerEntry.Bypass(3, List.of(Debit.of(later, 100))));

    assertThat(applied.effects()).containsExactly(Effect.APPLIED, Effect.UNKNOWN, Effect.APPLIED);
    assertThat(stand(COST, later)).containsExactly(new Stand(5, 0), new Stand(114, 0));
  }

  @Test
  void apply_debitsOfMoreGroupsThanABudgetMayHave_areNotCounted() {
    heads().seeded(tenant(), "first", 1, Set.of("people")).join();
    var entries =
        Stream.of("ada", "bob", "eve")
            .map(user -> new Counter("people", CounterUnit.REQUESTS, user, 0, 0))
            .map(counter -> new Debit(new LinkedHashMap<>(Map.of(counter, 1L)), 2))
            .toList();

    var applied =
        apply(
            new LedgerEntry.Bypass(1, entries.subList(0, 1)),
            new LedgerEntry.Bypass(2, entries),
            new LedgerEntry.Bypass(3, entries.subList(0, 2)));

    assertThat(applied.effects()).containsExactly(Effect.APPLIED, Effect.GROUPLESS, Effect.APPLIED);
    var counters = entries.stream().map(Debit::first).toArray(Counter[]::new);
    assertThat(stand(counters)).containsExactly(new Stand(3, 0), new Stand(2, 0), new Stand(0, 0));
  }

  @Test
  void apply_debitOfAWindowThatIsLongOver_isNotKept() {
    heads().seeded(tenant(), "first", 1, Set.of("minute")).join();
    var past = new Counter("minute", CounterUnit.REQUESTS, Counter.NO_GROUP, 60_000, 120_000);

    apply(new LedgerEntry.Bypass(1, List.of(Debit.of(past, 1))));

    assertThat(stand(past)).containsExactly(new Stand(0, 0));
  }

  @Test
  void apply_positionsSeenBefore_areSkipped() {
    var a = granted(wish("a", 10, 100, LONG));
    var b = granted(wish("b", 10, 100, LONG));
    apply(new LedgerEntry.Actual(5, a, new Spend(3, 30, 0)));

    var again =
        apply(
            new LedgerEntry.Actual(4, b, new Spend(90, 90, 0)),
            new LedgerEntry.Actual(5, a, new Spend(3, 30, 0)),
            new LedgerEntry.Actual(6, b, new Spend(4, 40, 0)));
    var old = apply(new LedgerEntry.Actual(2, b, new Spend(90, 90, 0)));

    assertThat(again)
        .isEqualTo(new Applied.Done(6, List.of(Effect.SKIPPED, Effect.SKIPPED, Effect.APPLIED)));
    assertThat(old).isEqualTo(new Applied.Done(6, List.of(Effect.SKIPPED)));
    assertThat(stand(COST)).containsExactly(new Stand(7, 0));
  }

  @Test
  void apply_unknownReservations_areCountedAndPassed() {
    var known = granted(wish("a", 10, 100, LONG));

    var applied =
        apply(
            new LedgerEntry.Unknown(1),
            new LedgerEntry.Actual(2, withId(known, "never"), new Spend(9, 9, 0)),
            new LedgerEntry.GiveBack(3, withId(known, "neither")),
            new LedgerEntry.Actual(4, known, new Spend(9, 9, 0)));

    assertThat(applied)
        .isEqualTo(
            new Applied.Done(
                4, List.of(Effect.UNKNOWN, Effect.UNKNOWN, Effect.UNKNOWN, Effect.APPLIED)));
    assertThat(stand(COST)).containsExactly(new Stand(9, 0));
  }

  @Test
  void apply_unpriced_leavesTheMoneyThatStands() {
    var held = granted(wish("a", 10, 100, LONG));
    var settled = granted(wish("b", 20, 100, LONG));
    holds().settle(settled, new Spend(5, 50, 0)).join();
    var released = granted(wish("c", 30, 100, LONG));
    holds().release(released).join();

    apply(
        new LedgerEntry.Unpriced(1, held, 11, 0),
        new LedgerEntry.Unpriced(2, settled, 12, 0),
        new LedgerEntry.Unpriced(3, released, 13, 0));

    assertThat(stand(COST, TOKENS, CALLS))
        .containsExactly(new Stand(45, 0), new Stand(36, 0), new Stand(3, 0));
    assertThat(holds().settle(held, new Spend(1, 1, 0)).join())
        .isEqualTo(new Settled.Charged(true, 10));
    assertThat(holds().settle(settled, new Spend(1, 1, 0)).join())
        .isEqualTo(new Settled.Charged(true, 5));
  }

  @Test
  void apply_unpricedWithoutTokens_leavesTheTokensThatStandToo() {
    var held = granted(wish("a", 10, 100, LONG));
    var settled = granted(wish("b", 20, 100, LONG));
    holds().settle(settled, new Spend(5, 50, 0)).join();
    var released = granted(wish("c", 30, 100, LONG));
    holds().release(released).join();

    apply(
        new LedgerEntry.Unpriced(1, held, 0, 0),
        new LedgerEntry.Unpriced(2, settled, 0, 0),
        new LedgerEntry.Unpriced(3, released, 0, 0));

    assertThat(stand(COST, TOKENS, CALLS))
        .containsExactly(new Stand(45, 0), new Stand(250, 0), new Stand(3, 0));
  }

  @Test
  void apply_unpricedWithoutTokensAfterTheStoreWasLost_chargesWhatWasHeld() {
    var reservation = granted(wish("a", 20, 100, LONG));
    beginAnew();

    apply(new LedgerEntry.Unpriced(1, reservation, 0, 0));

    assertThat(stand(COST, TOKENS, CALLS))
        .containsExactly(new Stand(20, 0), new Stand(100, 0), new Stand(1, 0));
  }

  @Test
  void apply_giveBack_freesOnlyAnOpenHold() {
    var open = granted(wish("a", 10, 0, LONG));
    var settled = granted(wish("b", 20, 0, LONG));
    holds().settle(settled, new Spend(20, 0, 0)).join();
    var due = granted(wish("c", 30, 0, SHORT));
    elapse(SHORT);

    var applied =
        apply(
            new LedgerEntry.GiveBack(1, open),
            new LedgerEntry.GiveBack(2, settled),
            new LedgerEntry.GiveBack(3, due));

    assertThat(applied.effects()).containsExactly(Effect.APPLIED, Effect.SKIPPED, Effect.SKIPPED);
    assertThat(stand(COST)).containsExactly(new Stand(50, 0));
  }

  @Test
  void apply_afterTheStoreWasLost_chargesUnderTheOldId() {
    var first = granted(wish("a", 10, 100, LONG));
    var second = granted(wish("b", 20, 100, LONG));
    beginAnew();

    var applied =
        apply(
            new LedgerEntry.Actual(1, first, new Spend(7, 70, 0)),
            new LedgerEntry.Unpriced(2, second, 80, 0));

    assertThat(applied.effects()).containsExactly(Effect.APPLIED, Effect.APPLIED);
    assertThat(stand(COST, TOKENS, CALLS))
        .containsExactly(new Stand(27, 0), new Stand(150, 0), new Stand(2, 0));
  }

  @Test
  void apply_absurdAmounts_neverStopTheLog() {
    for (int i = 1; i <= 10; i++) {
      var reservation = granted(wish("r" + i, new Spend(0, 0, 0), LONG, Claim.of(COST, 1, 0)));
      assertThat(
              apply(new LedgerEntry.Actual(i, reservation, new Spend(Long.MAX_VALUE, 0, 0)))
                  .effects())
          .containsExactly(Effect.APPLIED);
    }
    assertThat(stand(COST).getFirst().encumbered()).isEqualTo(10 * CounterUnit.EXACT_MAX);
  }

  @Test
  void anyVerb_idIsAnotherReservationsByNow_movesNothing() {
    var old = granted(wish("a", 60, 400, LONG));
    beginAnew();
    elapse(SHORT);
    var spend = new Spend(1, 30, 0);
    granted(wish("a", spend, LONG, Claim.of(MICROS, 100, 1), Claim.of(TOKENS, 100, 30)));

    assertThat(holds().settle(old, new Spend(9, 9, 0)).join()).isEqualTo(new Settled.Unknown());
    assertThat(holds().release(old).join()).isEqualTo(Released.UNKNOWN);
    assertThat(
            apply(
                    new LedgerEntry.Actual(1, old, new Spend(9, 9, 0)),
                    new LedgerEntry.GiveBack(2, old))
                .effects())
        .containsExactly(Effect.UNKNOWN, Effect.UNKNOWN);
    assertThat(stand(COST, MICROS, TOKENS))
        .containsExactly(new Stand(0, 0), new Stand(1, 1), new Stand(30, 30));
  }

  @Test
  void otherTenant_sameIds_areApart() {
    var mine = granted(wish("a", 60, 400, LONG));
    var other = tenant() + "-other";
    var theirs =
        new Wish(
            other,
            ReservationId.of(other, "a"),
            "print",
            LONG,
            mine.terms(),
            Head.NONE,
            false,
            List.of(Claim.of(COST, 100, 80)));

    heads().begin(other, "first", 0, Instant.EPOCH).join();

    assertThat(reserve(theirs)).isInstanceOf(Reserved.Granted.class);
    assertThat(stand(COST)).containsExactly(new Stand(60, 60));
  }
}
