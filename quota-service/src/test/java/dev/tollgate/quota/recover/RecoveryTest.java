package dev.tollgate.quota.recover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Applied;
import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Debit;
import dev.tollgate.quota.hold.Head;
import dev.tollgate.quota.hold.InMemoryHolds;
import dev.tollgate.quota.hold.Lapse;
import dev.tollgate.quota.hold.LedgerEntry;
import dev.tollgate.quota.hold.LogMark;
import dev.tollgate.quota.hold.ReservationId;
import dev.tollgate.quota.hold.Reserved;
import dev.tollgate.quota.hold.Seed;
import dev.tollgate.quota.hold.Settled;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Stand;
import dev.tollgate.quota.hold.TenantHead;
import dev.tollgate.quota.hold.Terms;
import dev.tollgate.quota.hold.Wish;
import dev.tollgate.time.FakeTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Counters that are made from a ledger, on the model of the store.
@NullMarked
class RecoveryTest {
  private static final String TENANT = "acme";
  private static final Instant START = Instant.parse("2026-08-10T12:00:00Z");
  private static final Window MONTH = Window.month(ZoneId.of("UTC"));

  private final FakeTime time = new FakeTime(START);
  private final InMemoryHolds holds = new InMemoryHolds(time);
  private final InMemoryLedger ledger = new InMemoryLedger();
  private final InMemoryEpochs epochs = new InMemoryEpochs();
  private final List<Recovery> opened = new ArrayList<>();
  private final Recovery recovery = instance(1);
  private final Budget calls = budget("calls", Limit.requests(100));
  private final Budget money = budget("money", Limit.cost("USD", 1_000_000));

  private Recovery instance(long seed) {
    return instance(seed, epochs);
  }

  private Recovery instance(long seed, Epochs paper) {
    return instance(seed, paper, Duration.ZERO);
  }

  private Recovery instance(long seed, Epochs paper, Duration storeWaits) {
    var instance =
        new Recovery(
            holds.heads(),
            holds,
            ledger,
            paper,
            LedgerSumsContract.TOKENS,
            storeWaits,
            new SimpleMeterRegistry(),
            new Random(seed));
    opened.add(instance);
    return instance;
  }

  @AfterEach
  void close() {
    opened.forEach(Recovery::close);
  }

  private static Budget budget(String id, Limit limit) {
    return new Budget(
        id,
        id,
        Map.of(),
        List.of(Dimension.of("user").orElseThrow()),
        MONTH,
        List.of(limit),
        Instant.EPOCH);
  }

  private static Policy policy(long version, Budget... budgets) {
    return new Policy(version, List.of(budgets), List.of(), CheckRules.DEFAULT, Map.of());
  }

  private Counter counter(Budget budget) {
    return budget.counter(budget.limits().getFirst(), List.of("ada"), time.now());
  }

  private Stand stand(Budget budget) {
    return holds.stand(TENANT, List.of(counter(budget))).join().getFirst();
  }

  private TenantHead head() {
    return holds.heads().head(TENANT).join().orElseThrow();
  }

  private LedgerRow spend(long position, long nanos) {
    var row =
        LedgerSumsContract.row(
            TENANT, position, time.now().minusSeconds(60), new Spend(nanos, 1, 1));
    ledger.rows.add(row);
    return row;
  }

  private Reserved reserve(String requestId, Budget budget, long amount, Head head) {
    return holds
        .reserve(
            new Wish(
                TENANT,
                ReservationId.of(TENANT, requestId),
                "print",
                Duration.ofMinutes(1),
                new Terms("default@1", "USD", new Spend(amount, 0, 0), 0, false),
                head,
                true,
                List.of(Claim.of(counter(budget), 1_000_000, amount))))
        .join();
  }

  private void publish(Recovery instance, Policy policy) {
    instance.changed(TENANT, policy);
    instance.publish(TENANT);
  }

  @Test
  void published_newTenant_countsWhatTheLedgerHasAndAdmitsAtOnce() {
    spend(1, 40);
    spend(2, 2);

    publish(recovery, policy(3, calls, money));

    assertThat(stand(calls)).isEqualTo(new Stand(2, 0));
    assertThat(stand(money)).isEqualTo(new Stand(42, 0));
    assertThat(head().seededVersion()).isEqualTo(policy(3).seeding());
    assertThat(reserve("a", money, 5, new Head(3, 4))).isInstanceOf(Reserved.Granted.class);
  }

  @Test
  void published_budgetIsNewInMidWindow_countsFromItsBeginningAndTouchesNoOther() {
    publish(recovery, policy(1, calls));
    assertThat(reserve("a", calls, 1, new Head(1, 2))).isInstanceOf(Reserved.Granted.class);
    apply(spend(1, 40), 1);

    assertThat(reserve("b", money, 1, new Head(1, 3))).isEqualTo(new Reserved.Unseeded(2));
    publish(recovery, policy(2, calls, money));

    assertThat(stand(calls)).isEqualTo(new Stand(1, 1));
    assertThat(stand(money)).isEqualTo(new Stand(40, 0));
    assertThat(reserve("b", calls, 1, new Head(1, 2))).isEqualTo(new Reserved.StalePolicy(2));
  }

  @Test
  void published_firstBudgetOfATenantThatCheckedBefore_isSeeded() {
    recovery.ready(TENANT).join();
    apply(spend(1, 40), 0);

    publish(recovery, policy(1, money));

    assertThat(stand(money)).isEqualTo(new Stand(40, 0));
    assertThat(holds.heads().seededCounterIds(TENANT).join()).containsExactly("money");
  }

  @Test
  void published_budgetIsNewAndTheLedgerIsAhead_countsEachCallOnce() {
    publish(recovery, policy(1, calls));
    apply(spend(1, 40), 1);
    var ahead = spend(2, 2);

    publish(recovery, policy(2, calls, money));
    assertThat(stand(money)).isEqualTo(new Stand(40, 0));
    apply(ahead, 2, Debit.of(counter(money), 2));

    assertThat(stand(money)).isEqualTo(new Stand(42, 0));
  }

  @Test
  void published_budgetIsNewAndTheLedgerLags_waitsForIt() {
    var patient = instance(2, epochs, Duration.ofMinutes(1));
    publish(patient, policy(1, calls));
    var late = LedgerSumsContract.row(TENANT, 1, time.now(), new Spend(40, 1, 1));
    apply(late, 1);

    patient.changed(TENANT, policy(2, calls, money));
    assertThat(holds.heads().seededCounterIds(TENANT).join()).containsExactly("calls");
    ledger.rows.add(late);
    patient.publish(TENANT);

    assertThat(stand(money)).isEqualTo(new Stand(40, 0));
  }

  private void apply(LedgerRow row, long policyVersion, Debit... debits) {
    var bypass = new LedgerEntry.Bypass(row.position(), List.of(debits));
    assertThat(holds.apply(TENANT, row.log(), policyVersion, List.of(bypass)).join())
        .isInstanceOf(Applied.Done.class);
  }

  @Test
  void published_byAFreshInstance_leavesAloneWhatCounts() {
    publish(recovery, policy(2, calls));
    reserve("a", calls, 1, new Head(2, 3));

    publish(instance(2), policy(3, calls));

    assertThat(stand(calls)).isEqualTo(new Stand(1, 1));
    assertThat(head().seededVersion()).isEqualTo(policy(3).seeding());
  }

  @Test
  void published_storeWasLost_countsTheLedgerAndWaitsForTheLongestHold() {
    publish(recovery, policy(1, money));
    var epoch = head().epoch();
    recovery.remember(TENANT, Duration.ofMinutes(61)).join();
    spend(1, 40);
    holds.loseEverything();

    recovery.publish(TENANT);

    assertThat(head().epoch()).isNotEqualTo(epoch);
    assertThat(head().strictFrom()).isEqualTo(START.plus(Duration.ofHours(6)));
    assertThat(stand(money)).isEqualTo(new Stand(40, 0));
    assertThat(reserve("a", money, 5, new Head(1, 2))).isInstanceOf(Reserved.Recovering.class);
    time.advance(Duration.ofHours(6));
    assertThat(reserve("a", money, 5, new Head(1, 2))).isInstanceOf(Reserved.Granted.class);
  }

  @Test
  void published_storeWasLost_countsLapsesAndAnswersOldSettlementsOnce() {
    publish(recovery, policy(1, money));
    var row = spend(1, 40);
    var settled = LedgerSumsContract.TOKENS.open(TENANT, row.token()).orElseThrow();
    ledger.append(
        TENANT,
        List.of(
            new Lapse(
                ReservationId.of(TENANT, "lapsed"),
                START,
                START,
                settled.terms(),
                List.of(new Seed(counter(money), 7)))));
    holds.loseEverything();

    recovery.publish(TENANT);

    assertThat(stand(money)).isEqualTo(new Stand(47, 0));
    assertThat(holds.settle(settled, new Spend(41, 0, 0)).join())
        .isEqualTo(new Settled.Charged(true, 40));
    assertThat(stand(money)).isEqualTo(new Stand(47, 0));
    assertThat(holds.heads().positions(TENANT).join())
        .isEqualTo(Map.of(row.log(), new LogMark(1, 1)));
  }

  @Test
  void published_crashBeforeTheStoreHasTheLife_beginsThatOne() {
    epochs.append(TENANT, Life.first("written", START));

    publish(recovery, policy(1, money));

    assertThat(head()).isEqualTo(new TenantHead("written", 1, 2, START));
    assertThat(epochs.newest(TENANT).orElseThrow().begun()).isTrue();
  }

  @Test
  void published_storeHasAnOldCopy_givesItUp() {
    publish(recovery, policy(1, money));
    var life = epochs.newest(TENANT).orElseThrow();
    assertThat(epochs.append(TENANT, life.next("newer", START))).isTrue();
    assertThat(epochs.append(TENANT, epochs.newest(TENANT).orElseThrow().asBegun())).isTrue();
    spend(1, 40);

    publish(instance(2), policy(1, money));

    assertThat(head().epoch()).isNotIn(life.epoch(), "newer");
    assertThat(stand(money)).isEqualTo(new Stand(40, 0));
    assertThat(head().strictFrom()).isAfter(START);
  }

  @Test
  void published_byManyInstancesAtOnce_isTheSameOnce() {
    for (int i = 1; i <= 50; i++) {
      spend(i, i);
    }
    var policy = policy(1, calls, money);
    var others = List.of(instance(2), instance(3), instance(4));
    others.forEach(other -> other.changed(TENANT, policy));
    others.forEach(other -> other.publish(TENANT));

    assertThat(stand(calls)).isEqualTo(new Stand(50, 0));
    assertThat(stand(money)).isEqualTo(new Stand(1_275, 0));
    assertThat(epochs.newest(TENANT).orElseThrow().version()).isEqualTo(2);
    assertThat(head().strictFrom()).isEqualTo(START);
  }

  @Test
  void published_whileManyOthersAreMadeAnew_waitsForNoneOfThem() {
    var others = new CountDownLatch(1);
    var slow =
        instance(
            2,
            new Epochs() {
              @Override
              public Optional<Life> newest(String tenant) {
                if (!tenant.equals(TENANT)) {
                  await(others);
                }
                return epochs.newest(tenant);
              }

              @Override
              public boolean append(String tenant, Life life) {
                return epochs.append(tenant, life);
              }
            });
    for (int i = 0; i < 100; i++) {
      slow.lost("other-" + i);
    }

    publish(slow, policy(1, calls));

    assertThat(others.getCount()).isOne();
    assertThat(holds.heads().head(TENANT).join()).isPresent();
    others.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void beat_storeIsEmpty_isTold() {
    publish(recovery, policy(1, money));
    var told = new ArrayList<String>();
    var beats = new Beats(holds.heads(), recovery::tenants, told::add, new Random(1));
    beats.beat();
    beats.beat();
    assertThat(told).isEmpty();

    holds.loseEverything();
    beats.beat();

    assertThat(told).containsExactly(TENANT);
    beats.close();
  }

  @Test
  void beat_storeHasLostTheLastOne_endsThatLife() {
    publish(recovery, policy(1, money));
    var told = new ArrayList<String>();
    var beats = new Beats(holds.heads(), recovery::tenants, told::add, new Random(1));
    var other = new Beats(holds.heads(), recovery::tenants, told::add, new Random(2));
    beats.beat();
    other.beat();
    beats.beat();
    holds.heads().beat(TENANT, instanceOf(1), 1).join();

    other.beat();
    assertThat(holds.heads().head(TENANT).join()).isPresent();
    beats.beat();

    assertThat(told).containsExactly(TENANT);
    assertThat(holds.heads().head(TENANT).join()).isEmpty();
    recovery.publish(TENANT);
    other.beat();
    beats.beat();
    assertThat(told).hasSize(1);
    beats.close();
    other.close();
  }

  private static String instanceOf(long seed) {
    return java.util.HexFormat.of().toHexDigits(new Random(seed).nextLong());
  }

  @Test
  void reconcile_differsTwice_isPublishedByWayAndUnit() {
    publish(recovery, policy(1, calls, money));
    reserve("a", money, 5, new Head(1, 2));
    var meters = new SimpleMeterRegistry();
    var reconcile =
        new Reconcile(
            holds.heads(),
            holds,
            ledger,
            LedgerSumsContract.TOKENS,
            recovery::policies,
            meters,
            new Random(1));
    assertThat(reconcile.compare(TENANT, recovery.policy(TENANT))).isEmpty();
    spend(1, 40);

    var drifts = reconcile.compare(TENANT, recovery.policy(TENANT));

    assertThat(drifts)
        .containsExactlyInAnyOrder(
            new Reconcile.Drift(TENANT, counter(money), -40),
            new Reconcile.Drift(TENANT, counter(calls), -1));
    assertThat(meters.find("quota.drift").summaries()).isEmpty();
    reconcile.compare(TENANT, recovery.policy(TENANT));
    assertThat(meters.get("quota.drift").tags("unit", "cost_nanos", "way", "under").summary().max())
        .isEqualTo(40);
    reconcile.close();
  }
}
