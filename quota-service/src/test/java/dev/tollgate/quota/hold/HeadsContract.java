package dev.tollgate.quota.hold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quota.hold.OpenHolds.OpenHold;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// How a tenant's counters begin to live, are seeded and given up, and what that means for holds.
abstract class HeadsContract extends HoldsCase {
  HeadsContract(HoldsStage stage) {
    super(stage);
  }

  private Optional<TenantHead> head() {
    return heads().head(tenant()).join();
  }

  private Wish wish(String requestId, Head head, boolean strict) {
    var plain = wish(requestId, 10, 10, LONG);
    return new Wish(
        plain.tenant(),
        plain.id(),
        plain.fingerprint(),
        plain.holdDuration(),
        plain.terms(),
        head,
        strict,
        plain.claims());
  }

  private boolean seed(String epoch, Seed... seeds) {
    return heads().seed(tenant(), epoch, List.of(seeds), Map.of(), List.of()).join();
  }

  /// The store is lost, and another life of it has begun that nothing is known in.
  private void beginUnseeded() {
    loseEverything();
    begin("second");
  }

  @Test
  void begin_again_answersTheFirst() {
    var from = Instant.parse("2026-08-01T00:00:00.007Z");
    loseEverything();

    var begun = heads().begin(tenant(), "x1", 7, from).join();
    var again = heads().begin(tenant(), "x2", 9, from.plusSeconds(1)).join();

    assertThat(begun).isEqualTo(new TenantHead("x1", 7, 0, from));
    assertThat(again).isEqualTo(begun);
    assertThat(head()).contains(begun);
  }

  @Test
  void raise_newerOrOlder_keepsTheNewest() {
    heads().raise(tenant(), 5).join();
    heads().raise(tenant(), 3).join();

    assertThat(head().orElseThrow().policyVersion()).isEqualTo(5);
  }

  @Test
  void raise_withoutAHead_hasNoEffect() {
    loseEverything();
    heads().raise(tenant(), 5).join();

    assertThat(head()).isEmpty();
  }

  @Test
  void seeded_ofThisLife_keepsTheLatest() {
    assertThat(seeded("first", 4)).isTrue();
    assertThat(seeded("first", 2)).isTrue();
    assertThat(seeded("other", 9)).isFalse();

    assertThat(head().orElseThrow().seededVersion()).isEqualTo(4);
  }

  @Test
  void lose_thatLife_dropsItsHeadOnly() {
    var reservation = granted(wish("a", 60, 400, LONG));

    assertThat(heads().lose(tenant(), "other").join()).isFalse();
    assertThat(heads().lose(tenant(), "first").join()).isTrue();
    assertThat(heads().lose(tenant(), "first").join()).isFalse();

    assertThat(head()).isEmpty();
    assertThat(stand(COST)).containsExactly(new Stand(60, 60));
    assertThat(holds().settle(reservation, new Spend(45, 0, 0)).join())
        .isEqualTo(new Settled.Charged(false, 45));
  }

  @Test
  void reserve_withoutAHead_isNoEpochAndAReplayIsAnswered() {
    granted(wish("a", 60, 400, LONG));
    heads().lose(tenant(), "first").join();

    var replayed = (Reserved.Granted) reserve(wish("a", 60, 400, LONG));

    assertThat(replayed.replayed()).isTrue();
    assertThat(replayed.epoch()).isEmpty();
    assertThat(reserve(wish("b", 1, 1, LONG))).isEqualTo(new Reserved.NoEpoch());
    assertThat(stand(COST)).containsExactly(new Stand(60, 60));
  }

  @Test
  void reserve_olderPolicyThanTheHeads_isStaleUntilItIsRead() {
    heads().raise(tenant(), 5).join();

    assertThat(reserve(wish("a", new Head(4, 0), false))).isEqualTo(new Reserved.StalePolicy(5));
    assertThat(stand(COST)).containsExactly(new Stand(0, 0));
    granted(wish("a", new Head(5, 0), false));
    granted(wish("b", new Head(6, 0), false));
    assertThat(reserve(wish("a", new Head(4, 0), false))).isInstanceOf(Reserved.Granted.class);
  }

  @Test
  void reserve_needsALaterSeeding_isUnseededUntilItIsDone() {
    assertThat(reserve(wish("a", new Head(0, 2), false))).isEqualTo(new Reserved.Unseeded(1));
    seeded("first", 2);

    granted(wish("a", new Head(0, 2), false));
  }

  @Test
  void reserve_strictWhileHoldsMayBeOpen_waits() {
    loseEverything();
    var until = holds().now().plusMillis(300);
    heads().begin(tenant(), "second", 0, until).join();

    assertThat(reserve(wish("a", Head.NONE, true))).isEqualTo(new Reserved.Recovering(until));
    granted(wish("b", Head.NONE, false));
    elapse(Duration.ofMillis(300));
    granted(wish("a", Head.NONE, true));
  }

  @Test
  void settle_lostAndNotRebuilt_isNotYet() {
    var reservation = granted(wish("a", 60, 400, LONG));
    loseEverything();

    var withoutAHead = holds().settle(reservation, new Spend(45, 300, 0)).join();
    begin("second");
    var unseeded = holds().settle(reservation, new Spend(45, 300, 0)).join();
    var extended = holds().extend(reservation, LONG).join();
    seeded("second", 1);

    assertThat(withoutAHead).isEqualTo(new Settled.NotYet());
    assertThat(unseeded).isEqualTo(new Settled.NotYet());
    assertThat(extended).isEqualTo(new Extended.NotYet());
    assertThat(stand(COST)).containsExactly(new Stand(0, 0));
    assertThat(holds().settle(reservation, new Spend(45, 300, 0)).join())
        .isEqualTo(new Settled.Charged(false, 45));
  }

  @Test
  void apply_notRebuilt_waitsAndDoesNothing() {
    var lost = granted(wish("a", 60, 400, LONG));
    beginUnseeded();
    var known = granted(wish("b", 10, 10, LONG));
    var run =
        new LedgerEntry[] {
          new LedgerEntry.Actual(1, known, new Spend(5, 0, 0)),
          new LedgerEntry.Actual(2, lost, new Spend(45, 0, 0))
        };

    assertThat(tryApply(run)).isEqualTo(new Applied.Unseeded());
    assertThat(tryApply(new LedgerEntry.GiveBack(1, known))).isEqualTo(new Applied.Unseeded());
    assertThat(stand(COST)).containsExactly(new Stand(10, 10));
    assertThat(apply(new LedgerEntry.Unknown(0)).position()).isEqualTo(0);

    seeded("second", 1);
    apply(run);
    assertThat(stand(COST)).containsExactly(new Stand(50, 0));
  }

  @Test
  void apply_ofBudgetsThatAreNotSeeded_waitsAndDoesNothing() {
    var reservation = granted(wish("a", 60, 400, LONG));
    var besides = List.of(Debit.of(MICROS, 7));
    var actual = new LedgerEntry.Actual(1, reservation, new Spend(5, 0, 0), besides);
    var bypass = new LedgerEntry.Bypass(2, besides);

    assertThat(tryApply(actual)).isEqualTo(new Applied.Unseeded());
    assertThat(tryApply(bypass)).isEqualTo(new Applied.Unseeded());
    heads().seeded(tenant(), "first", 2, Set.of(MICROS.budgetId())).join();

    assertThat(apply(actual, bypass).effects()).containsOnly(Applied.Effect.APPLIED);
    assertThat(stand(COST, MICROS)).containsExactly(new Stand(5, 0), new Stand(14, 0));
  }

  @Test
  void apply_byAnOldPolicy_isToldSoAndDoesNothing() {
    heads().raise(tenant(), 7).join();

    assertThat(tryApply(new LedgerEntry.Bypass(1, List.of())))
        .isEqualTo(new Applied.StalePolicy(7));
    assertThat(heads().positions(tenant()).join()).isEmpty();
  }

  @Test
  void apply_withoutAHead_movesOnWhereNothingCounts() {
    loseEverything();

    var done = apply(new LedgerEntry.Bypass(3, List.of()));

    assertThat(done).isEqualTo(new Applied.Done(3, List.of(Applied.Effect.APPLIED)));
    assertThat(tryApply(new LedgerEntry.Bypass(4, List.of(Debit.of(COST, 1)))))
        .isEqualTo(new Applied.Unseeded());
  }

  @Test
  void seed_counters_areSetWhateverTheyWere() {
    granted(wish("a", 60, 400, LONG));

    assertThat(seed("first", new Seed(COST, 7), new Seed(MICROS, CounterUnit.EXACT_MAX))).isTrue();
    assertThat(seed("first", new Seed(COST, 9))).isTrue();

    assertThat(stand(COST, MICROS))
        .containsExactly(new Stand(9, 60), new Stand(CounterUnit.EXACT_MAX, 0));
  }

  @Test
  void seed_ofWhatCountsAlready_changesNothing() {
    granted(wish("a", 60, 400, LONG));
    heads().seeded(tenant(), "first", 2, Set.of(COST.budgetId(), "gone")).join();

    assertThat(seed("first", new Seed(COST, 7), new Seed(TOKENS, 8))).isTrue();

    assertThat(stand(COST, TOKENS)).containsExactly(new Stand(60, 60), new Stand(8, 400));
    assertThat(heads().seededCounterIds(tenant()).join())
        .containsExactlyInAnyOrder(COST.budgetId(), "gone");
  }

  @Test
  void seededCounterIds_ofALifeThatIsOver_areForgotten() {
    var many = new HashSet<String>();
    for (int i = 0; i < 2_500; i++) {
      many.add("budget-" + i);
    }
    assertThat(heads().seeded(tenant(), "other", 2, Set.of("x")).join()).isFalse();
    assertThat(heads().seeded(tenant(), "first", 2, many).join()).isTrue();
    assertThat(heads().seededCounterIds(tenant()).join()).isEqualTo(many);

    heads().lose(tenant(), "first").join();
    begin("second");

    assertThat(heads().seededCounterIds(tenant()).join()).isEmpty();
  }

  @Test
  void beat_again_answersTheOneBefore() {
    assertThat(heads().beat(tenant(), "i1", 1).join()).isEqualTo(new Beat(head(), 0));
    assertThat(heads().beat(tenant(), "i1", 2).join()).isEqualTo(new Beat(head(), 1));
    assertThat(heads().beat(tenant(), "i2", 7).join()).isEqualTo(new Beat(head(), 0));
    loseEverything();
    assertThat(heads().beat(tenant(), "i1", 3).join()).isEqualTo(new Beat(Optional.empty(), 0));
  }

  @Test
  void positions_ofLogs_areTheLastAppliedAndTheLastWithARow() {
    assertThat(heads().positions(tenant()).join()).isEmpty();
    var reservation = granted(wish("a", 60, 400, LONG));
    apply(
        new LedgerEntry.Actual(7, reservation, new Spend(45, 300, 0)),
        new LedgerEntry.GiveBack(8, reservation));
    assertThat(heads().positions(tenant()).join()).isEqualTo(Map.of("log-1", new LogMark(8, 7)));

    apply(new LedgerEntry.GiveBack(9, reservation));
    apply(new LedgerEntry.Bypass(8, List.of()));

    assertThat(heads().positions(tenant()).join()).isEqualTo(Map.of("log-1", new LogMark(9, 7)));
  }

  @Test
  void seed_ofAnotherLife_changesNothing() {
    granted(wish("a", 60, 400, LONG));

    assertThat(seed("other", new Seed(COST, 7))).isFalse();
    heads().lose(tenant(), "first").join();
    assertThat(seed("first", new Seed(COST, 7))).isFalse();

    assertThat(stand(COST)).containsExactly(new Stand(60, 60));
  }

  @Test
  void seed_positions_onlyMoveOn() {
    var a = granted(wish("a", 10, 10, LONG));
    apply(new LedgerEntry.Unknown(6));

    heads().seed(tenant(), "first", List.of(), Map.of("log-1", 4L, "log-2", 8L), List.of()).join();
    var inside = apply(new LedgerEntry.Actual(6, a, new Spend(1, 0, 0)));
    var run = List.<LedgerEntry>of(new LedgerEntry.Actual(8, a, new Spend(1, 0, 0)));
    var other = holds().apply(tenant(), "log-2", POLICY_VERSION, run).join();

    assertThat(inside).isEqualTo(new Applied.Done(6, List.of(Applied.Effect.SKIPPED)));
    assertThat(other).isEqualTo(new Applied.Done(8, List.of(Applied.Effect.SKIPPED)));
  }

  @Test
  void seed_marks_areFinalAndNeverReplaceARecord() {
    var settled = granted(wish("a", 60, 400, LONG));
    beginUnseeded();
    var open = granted(wish("b", 10, 10, LONG));
    var until = holds().now().plus(LONG);
    var marks =
        List.of(
            new SettledMark(settled.id(), settled.checkTime(), settled.expireTime(), 45, until),
            new SettledMark(open.id(), open.checkTime(), open.expireTime(), 9, until));

    var seeds = List.of(new Seed(COST, 55));
    assertThat(heads().seed(tenant(), "second", seeds, Map.of(), marks).join()).isTrue();
    seeded("second", 1);

    assertThat(holds().settle(settled, new Spend(50, 1, 0)).join())
        .isEqualTo(new Settled.Charged(true, 45));
    assertThat(holds().release(settled).join()).isEqualTo(Released.SETTLED);
    assertThat(apply(new LedgerEntry.Actual(1, settled, new Spend(99, 0, 0))).effects())
        .containsExactly(Applied.Effect.APPLIED);
    assertThat(holds().release(open).join()).isEqualTo(Released.GIVEN_BACK);
    assertThat(stand(COST)).containsExactly(new Stand(45 + 99, 0));
  }

  @Test
  void open_manyHolds_areReadPageByPage() {
    var expected = new ArrayList<ReservationId>();
    for (int i = 0; i < 700; i++) {
      var claim = Claim.of(TOKENS, 1_000, 1).withLapsed(0);
      expected.add(granted(wish("r" + i, Spend.NOTHING, LONG, claim)).id());
    }
    holds().release(granted(wish("released", 1, 1, LONG))).join();

    var found = new ArrayList<OpenHold>();
    var page = heads().open(tenant(), Optional.empty()).join();
    found.addAll(page.holds());
    while (page.next().isPresent()) {
      page = heads().open(tenant(), page.next()).join();
      found.addAll(page.holds());
    }

    assertThat(found).extracting(OpenHold::id).containsOnlyOnceElementsOf(expected);
    assertThat(found)
        .hasSize(700)
        .allMatch(hold -> hold.amounts().equals(List.of(new Seed(TOKENS, 1))));
  }
}
