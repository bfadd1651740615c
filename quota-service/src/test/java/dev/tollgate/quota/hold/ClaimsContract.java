package dev.tollgate.quota.hold;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What claims ask for beyond an amount under a limit: slots of sliding windows, reports, bounded
/// groups; and how many holds a tenant may have.
abstract class ClaimsContract extends HoldsCase {
  ClaimsContract(HoldsStage stage) {
    super(stage);
  }

  private static final Duration SLOT = Duration.ofSeconds(100);
  private static final Spend NOTHING = Spend.NOTHING;

  /// A slot of a sliding window of three, that many slots before the one that is now.
  private Counter slot(int before) {
    var width = SLOT.toMillis();
    var start = holds().now().toEpochMilli() - 50_000 - before * width;
    return new Counter("sliding~2", CounterUnit.TOKENS, "-", start, start + 4 * width);
  }

  /// Puts an amount on a counter, whatever its window.
  private void put(Counter counter, long amount) {
    var none = Map.<String, Long>of();
    var seeds = List.of(new Seed(counter, amount));
    assertThat(heads().seed(tenant(), "first", seeds, none, List.of()).join()).isTrue();
  }

  private Claim onSlots(long limit, long amount) {
    var now = slot(0);
    return Claim.of(now, limit, amount)
        .withEarlier(List.of(slot(1), slot(2)), now.startMillis() + SLOT.toMillis());
  }

  @Test
  void reserve_slidingWindow_countsItsEarlierSlots() {
    var now = holds().now().toEpochMilli();
    var start = now - 50_000;
    var claimed = new Counter("sliding~2", CounterUnit.TOKENS, "-", start, start + 400_000);
    var before =
        new Counter("sliding~2", CounterUnit.TOKENS, "-", start - 100_000, start + 300_000);
    var older = new Counter("sliding~2", CounterUnit.TOKENS, "-", start - 200_000, start + 200_000);
    put(before, 30);
    put(older, 50);
    var claim = Claim.of(claimed, 100, 20).withEarlier(List.of(before, older), start + 100_000);

    var fits = granted(wish("a", NOTHING, LONG, claim));
    var refused = (Reserved.Refused) reserve(wish("b", NOTHING, LONG, claim.withAmount(1, 1)));

    assertThat(fits.counters()).containsExactly(claimed);
    assertThat(refused.encumbered()).containsExactly(100L);
    assertThat(stand(claimed, before)).containsExactly(new Stand(20, 20), new Stand(30, 0));
  }

  @Test
  void reserve_slidingWindowWithoutEarlierCounters_countsThemAsZero() {
    assertThat(reserve(wish("a", NOTHING, LONG, onSlots(10, 10))))
        .isInstanceOf(Reserved.Granted.class);
  }

  @Test
  void reserve_slotIsOver_isStaleThoughItStillCounts() {
    var now = holds().now().toEpochMilli();
    var over = new Counter("sliding", CounterUnit.TOKENS, "-", now - 200_000, now + 200_000);
    var claim = Claim.of(over, 10, 1).withEarlier(List.of(), now - 100_000);

    assertThat(reserve(wish("a", NOTHING, LONG, claim))).isInstanceOf(Reserved.Stale.class);
  }

  @Test
  void reserve_slidingWindowUnderAnyLoad_isNeverOver() {
    var random = new Random(7);
    var width = 40L;
    var start = holds().now().toEpochMilli();
    for (int i = 0; i < 60; i++) {
      elapse(Duration.ofMillis(random.nextInt(1, 25)));
      var now = holds().now().toEpochMilli();
      var slots = new ArrayList<Counter>();
      var first = start + (now - start) / width * width;
      for (int back = 0; back < 4; back++) {
        var begin = first - back * width;
        slots.add(new Counter("w", CounterUnit.TOKENS, "-", begin, begin + 4 * width));
      }
      var amount = random.nextInt(1, 40);
      var claim =
          Claim.of(slots.getFirst(), 100, amount).withEarlier(slots.subList(1, 4), first + width);
      var answer = reserve(wish("r" + i, NOTHING, LONG, claim));

      var sum = stand(slots.toArray(Counter[]::new)).stream().mapToLong(Stand::encumbered).sum();
      assertThat(sum).as("after %s", answer).isLessThanOrEqualTo(100);
    }
  }

  @Test
  void reserve_leavesMoreThanWanted_reportsTheClaimAndWhatWasBefore() {
    var claims =
        new Claim[] {
          Claim.of(TOKENS, 1_000, 80).withReportAbove(80),
          Claim.of(COST, CounterUnit.EXACT_MAX, 80).withReportAbove(79),
          Claim.of(CALLS, 10, 1)
        };

    var first = (Reserved.Granted) reserve(wish("a", NOTHING, LONG, claims));
    var second = (Reserved.Granted) reserve(wish("b", NOTHING, LONG, claims));
    var again = (Reserved.Granted) reserve(wish("b", NOTHING, LONG, claims));

    assertThat(first.reports()).containsExactly(new Reserved.Report(1, 0));
    assertThat(second.reports())
        .containsExactly(new Reserved.Report(0, 80), new Reserved.Report(1, 80));
    assertThat(again.reports()).isEmpty();
  }

  @Test
  void reserve_limitOfNothingRefused_admitsAnything() {
    var huge = CounterUnit.EXACT_MAX;

    granted(wish("a", NOTHING, LONG, Claim.of(COST, huge, huge)));
    var answer = reserve(wish("b", NOTHING, LONG, Claim.of(COST, huge, 1)));

    assertThat(answer).isInstanceOf(Reserved.Refused.class);
    assertThat(stand(COST)).containsExactly(new Stand(huge, huge));
  }

  private Claim inGroup(String group, long start) {
    var counter = new Counter("users", CounterUnit.REQUESTS, group, start, 0);
    return Claim.of(counter, 10, 0).withGroupsMax(2);
  }

  @Test
  void reserve_moreGroupsThanMayBe_isRefusedAndTheKnownGoOn() {
    granted(wish("a", NOTHING, LONG, inGroup("g1", 0)));
    granted(wish("b", NOTHING, LONG, Claim.of(CALLS, 9, 1), inGroup("g2", 0)));

    assertThat(reserve(wish("c", NOTHING, LONG, Claim.of(CALLS, 9, 1), inGroup("g3", 0))))
        .isEqualTo(new Reserved.TooManyGroups(1));
    assertThat(stand(CALLS)).containsExactly(new Stand(1, 1));
    granted(wish("c", NOTHING, LONG, inGroup("g1", 0)));
    granted(wish("d", NOTHING, LONG, inGroup("g3", 1)));
  }

  @Test
  void reserve_deniedGroup_isNotCounted() {
    for (int i = 0; i < 5; i++) {
      var group = inGroup("g" + i, 0);
      var answer = reserve(wish("a" + i, NOTHING, LONG, group, Claim.of(CALLS, 0, 1)));
      assertThat(answer).isInstanceOf(Reserved.Refused.class);
    }
    granted(wish("b", NOTHING, LONG, inGroup("g9", 0)));
  }

  @Test
  void reserve_asManyOpenHoldsAsMayBe_isRefusedUntilOneCloses() {
    var holds = holds(new HoldLimits(2, 100));
    var first = granted(wish("a", 1, 1, LONG));
    granted(wish("b", 1, 1, LONG));

    var third = holds.reserve(wish("c", 1, 1, LONG)).join();
    var none = holds.reserve(wish("e", NOTHING, LONG)).join();
    holds.settle(first, NOTHING).join();
    var later = holds.reserve(wish("c", 1, 1, LONG)).join();

    assertThat(third).isEqualTo(new Reserved.TooManyHolds(2));
    assertThat(none).isInstanceOf(Reserved.Granted.class);
    assertThat(later).isInstanceOf(Reserved.Granted.class);
  }

  @Test
  void reserve_asManyNewHoldsAsMayBe_isRefusedThoughTheyAreClosed() {
    var holds = holds(new HoldLimits(100, 3));
    for (int i = 0; i < 3; i++) {
      var wish = wish("a" + i, NOTHING, LONG, Claim.of(TOKENS, 1_000, 1));
      holds.release(granted(wish)).join();
    }

    /* Ten minutes may end between two of these steps, once. */
    var answers = new ArrayList<Reserved>();
    for (int i = 0; i < 4; i++) {
      answers.add(holds.reserve(wish("b" + i, NOTHING, LONG)).join());
    }

    assertThat(answers.getLast()).isEqualTo(new Reserved.TooManyHolds(3));
    assertThat(reserve(wish("a0", NOTHING, LONG))).isInstanceOf(Reserved.Granted.class);
  }

  @Test
  void reserve_budgetsWithRevisions_countApart() {
    var first = lifetime("search~1", CounterUnit.INPUT_TOKENS);
    var second = lifetime("search~2", CounterUnit.OUTPUT_TOKENS);
    var spend = new Spend(0, 30, 5);
    var claims =
        new Claim[] {
          Claim.of(first, 100, first.unit().of(spend)),
          Claim.of(second, 100, second.unit().of(spend))
        };
    granted(wish("a", spend, LONG, claims));

    var replayed = (Reserved.Granted) reserve(wish("a", spend, LONG, claims));

    assertThat(replayed.counters()).containsExactly(first, second);
    assertThat(stand(first, second)).containsExactly(new Stand(30, 30), new Stand(5, 5));
  }
}
