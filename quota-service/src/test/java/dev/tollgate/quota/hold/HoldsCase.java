package dev.tollgate.quota.hold;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What every contract of holds works with.
abstract class HoldsCase {
  static final Duration LONG = Duration.ofHours(1);
  static final Duration SHORT = Duration.ofMillis(20);

  /// Of every head that a contract begins.
  static final long POLICY_VERSION = 0;

  final HoldsStage stage;

  HoldsCase(HoldsStage stage) {
    this.stage = stage;
  }

  Holds holds() {
    return stage.holds();
  }

  Holds holds(HoldLimits limits) {
    return stage.holds(limits);
  }

  Heads heads() {
    return stage.heads();
  }

  /// Lets at least this much time pass on the store's clock.
  void elapse(Duration duration) {
    stage.elapse(duration);
  }

  String tenant() {
    return stage.tenant();
  }

  @AfterEach
  void close() {
    stage.close();
  }

  @BeforeEach
  void begin() {
    begin("first");
    seeded("first", 1);
  }

  void begin(String epoch) {
    heads().begin(tenant(), epoch, POLICY_VERSION, Instant.EPOCH).join();
  }

  boolean seeded(String epoch, long version) {
    return heads().seeded(tenant(), epoch, version).join();
  }

  /// Makes the store forget everything, as a Redis that comes back empty.
  void loseEverything() {
    stage.loseEverything();
  }

  /// The store is lost, and another life of it goes on from zero.
  void beginAnew() {
    stage.loseEverything();
    begin("second");
    seeded("second", 1);
  }

  static Counter lifetime(String budgetId, CounterUnit unit) {
    return new Counter(budgetId, unit, Counter.NO_GROUP, 0, 0);
  }

  static final Counter COST = lifetime("money", CounterUnit.COST_NANOS);
  static final Counter MICROS = lifetime("money-micros", CounterUnit.COST_MICROS);
  static final Counter TOKENS = lifetime("tokens", CounterUnit.TOKENS);
  static final Counter CALLS = lifetime("calls", CounterUnit.REQUESTS);

  /// A wish of the given cost and tokens under limits of 100 nanos, 1,000 tokens and 3 calls.
  Wish wish(String requestId, long costNanos, long tokens, Duration hold) {
    var spend = new Spend(costNanos, tokens, 0);
    return wish(
        requestId,
        spend,
        hold,
        Claim.of(COST, 100, CounterUnit.COST_NANOS.of(spend)),
        Claim.of(TOKENS, 1_000, tokens),
        Claim.of(CALLS, 3, 1));
  }

  Wish wish(String requestId, Spend spend, Duration hold, Claim... claims) {
    return new Wish(
        tenant(),
        ReservationId.of(tenant(), requestId),
        "print",
        hold,
        new Terms("default@1", "USD", spend, 50, false),
        Head.NONE,
        false,
        List.of(claims));
  }

  Reserved reserve(Wish wish) {
    return holds().reserve(wish).join();
  }

  /// The reservation that the wish became.
  Reservation granted(Wish wish) {
    var granted = (Reserved.Granted) reserve(wish);
    return new Reservation(
        wish.tenant(),
        wish.id(),
        granted.epoch(),
        granted.checkTime(),
        granted.expireTime(),
        new Subject("openai", "gpt-4o", "", ""),
        granted.terms(),
        granted.counters());
  }

  List<Stand> stand(Counter... counters) {
    return holds().stand(tenant(), List.of(counters)).join();
  }

  Applied.Done apply(LedgerEntry... run) {
    return (Applied.Done) tryApply(run);
  }

  Applied tryApply(LedgerEntry... run) {
    return holds().apply(tenant(), "log-1", POLICY_VERSION, Arrays.asList(run)).join();
  }

  Reservation withId(Reservation reservation, String requestId) {
    return new Reservation(
        reservation.tenant(),
        ReservationId.of(reservation.tenant(), requestId),
        reservation.epoch(),
        reservation.checkTime(),
        reservation.expireTime(),
        reservation.subject(),
        reservation.terms(),
        reservation.counters());
  }
}
