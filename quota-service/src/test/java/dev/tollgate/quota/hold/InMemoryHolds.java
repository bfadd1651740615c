package dev.tollgate.quota.hold;

import dev.tollgate.quota.hold.Applied.Effect;
import dev.tollgate.quota.hold.InMemoryRecord.State;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;

/// Holds as one would write them down if there were one thread and one machine: the oracle that the
/// scripts are compared with. Forgets nothing but what [#loseEverything] drops.
@NullMarked
public final class InMemoryHolds implements Holds {
  private static final int LAPSES_MAX = 100;

  private final TimeSource time;
  private HoldLimits limits = HoldLimits.DEFAULT;
  private final Map<String, InMemoryState> states = new HashMap<>();
  private final InMemoryHeads heads = new InMemoryHeads(this);

  public InMemoryHolds(TimeSource time) {
    this.time = time;
  }

  synchronized void limit(HoldLimits other) {
    limits = other;
  }

  public Heads heads() {
    return heads;
  }

  /// What a Redis that comes back empty is like.
  public synchronized void loseEverything() {
    states.clear();
  }

  InMemoryState state(String tenant) {
    return states.computeIfAbsent(tenant, any -> new InMemoryState());
  }

  @Override
  public Instant now() {
    return Instant.ofEpochMilli(time.now().toEpochMilli());
  }

  @Override
  public synchronized CompletableFuture<Reserved> reserve(Wish wish) {
    var state = state(wish.tenant());
    var known = state.records.get(wish.id().text());
    if (known != null) {
      return done(again(state, known, wish));
    }
    return done(
        headSays(state, wish)
            .or(() -> countersSay(state, wish))
            .or(() -> capsSay(state, wish))
            .orElseGet(() -> grant(state, wish)));
  }

  private static Reserved again(InMemoryState state, InMemoryRecord known, Wish wish) {
    if (known.fingerprint.isEmpty() || known.terms == null) {
      return new Reserved.Closed(known.state != State.GIVEN_BACK);
    }
    return known.fingerprint.equals(wish.fingerprint())
        ? new Reserved.Granted(
            true,
            state.epoch(),
            known.checkTime,
            known.expireTime,
            known.terms,
            known.counters,
            List.of())
        : new Reserved.Reused();
  }

  private Optional<Reserved> headSays(InMemoryState state, Wish wish) {
    var head = state.head;
    if (head == null) {
      return Optional.of(new Reserved.NoEpoch());
    } else if (head.policyVersion() > wish.head().policyVersion()) {
      return Optional.of(new Reserved.StalePolicy(head.policyVersion()));
    } else if (head.seededVersion() < wish.head().seedNeeded()) {
      return Optional.of(new Reserved.Unseeded(head.seededVersion()));
    } else if (wish.strict() && now().isBefore(head.strictFrom())) {
      return Optional.of(new Reserved.Recovering(head.strictFrom()));
    }
    return Optional.empty();
  }

  private Optional<Reserved> countersSay(InMemoryState state, Wish wish) {
    var now = now();
    for (var claim : wish.claims()) {
      var until = claim.currentUntilMillis();
      if (now.toEpochMilli() < claim.counter().startMillis()
          || (until > 0 && now.toEpochMilli() >= until)) {
        return Optional.of(new Reserved.Stale(now));
      }
    }
    var stands = wish.claims().stream().map(state::encumbered).toList();
    var fits =
        IntStream.range(0, stands.size()).allMatch(i -> wish.claims().get(i).fits(stands.get(i)));
    return fits ? Optional.empty() : Optional.of(new Reserved.Refused(now, stands));
  }

  private Optional<Reserved> capsSay(InMemoryState state, Wish wish) {
    for (int i = 0; i < wish.claims().size(); i++) {
      var claim = wish.claims().get(i);
      if (claim.groupsMax() > 0
          && !state.counters.containsKey(claim.counter().name())
          && state.groups(claim.counter()) >= claim.groupsMax()) {
        return Optional.of(new Reserved.TooManyGroups(i));
      }
    }
    if (!wish.claims().isEmpty() && state.openHolds() >= limits.openHoldsMax()) {
      return Optional.of(new Reserved.TooManyHolds(limits.openHoldsMax()));
    }
    return state.made(now().toEpochMilli()) >= limits.newHoldsMax()
        ? Optional.of(new Reserved.TooManyHolds(limits.newHoldsMax()))
        : Optional.empty();
  }

  private Reserved grant(InMemoryState state, Wish wish) {
    var now = now();
    var record =
        new InMemoryRecord(
            wish.fingerprint(),
            now,
            now.plus(wish.holdDuration()),
            wish.terms(),
            wish.counters(),
            State.HELD);
    var reports = new ArrayList<Reserved.Report>();
    for (int i = 0; i < wish.claims().size(); i++) {
      var claim = wish.claims().get(i);
      var before = state.encumbered(claim);
      var wanted = claim.reportAbove() < CounterUnit.EXACT_MAX;
      if (wanted && before + claim.amount() > claim.reportAbove()) {
        reports.add(new Reserved.Report(i, before));
      }
      record.held.put(claim.counter().name(), claim.amount());
      record.lapsed.put(claim.counter().name(), claim.lapsed());
    }
    state.count(now.toEpochMilli(), wish.claims());
    state.records.put(wish.id().text(), record);
    state.contribute(record, record.held);
    return new Reserved.Granted(
        false,
        state.epoch(),
        record.checkTime,
        record.expireTime,
        wish.terms(),
        wish.counters(),
        reports);
  }

  @Override
  public synchronized CompletableFuture<Settled> settle(Reservation reservation, Spend actual) {
    var state = state(reservation.tenant());
    var record = state.records.get(reservation.id().text());
    if (record == null) {
      if (state.isLife(reservation.epoch())) {
        return done(new Settled.Unknown());
      } else if (!state.isRebuilt()) {
        return done(new Settled.NotYet());
      }
      record = blank(state, reservation);
    } else if (!record.isOf(reservation)) {
      return done(new Settled.Unknown());
    } else if (record.answer != null) {
      return done(new Settled.Charged(true, record.answer));
    } else if (record.state == State.GIVEN_BACK) {
      return done(new Settled.GivenBack());
    }
    state.contribute(record, amounts(reservation, counter -> counter.unit().of(actual)));
    record.state = State.SETTLED;
    record.answer = actual.costNanos();
    return done(new Settled.Charged(false, actual.costNanos()));
  }

  @Override
  public synchronized CompletableFuture<Released> release(Reservation reservation) {
    var state = state(reservation.tenant());
    var record = state.records.get(reservation.id().text());
    if (record == null) {
      blank(state, reservation);
      return done(Released.TOMBSTONE);
    }
    if (!record.isOf(reservation)) {
      return done(Released.UNKNOWN);
    }
    return done(
        switch (record.state) {
          case GIVEN_BACK -> Released.REPLAYED;
          case SETTLED, SETTLED_BY_LEDGER -> Released.SETTLED;
          case HELD, CHARGED_BY_EXPIRY -> {
            state.contribute(record, Map.of());
            record.state = State.GIVEN_BACK;
            yield Released.GIVEN_BACK;
          }
        });
  }

  @Override
  public synchronized CompletableFuture<Extended> extend(
      Reservation reservation, Duration duration) {
    var state = state(reservation.tenant());
    var record = state.records.get(reservation.id().text());
    var until = now().plus(duration.compareTo(HOLD_MAX) < 0 ? duration : HOLD_MAX);
    if (record == null) {
      if (state.isLife(reservation.epoch())) {
        return done(new Extended.Unknown());
      } else if (!state.isRebuilt()) {
        return done(new Extended.NotYet());
      }
      holdAnew(state, reservation, until);
      return done(new Extended.Until(until));
    } else if (!record.isOf(reservation)) {
      return done(new Extended.Unknown());
    }
    return done(
        switch (record.state) {
          case SETTLED, SETTLED_BY_LEDGER -> new Extended.Closed(true);
          case GIVEN_BACK -> new Extended.Closed(false);
          case CHARGED_BY_EXPIRY -> new Extended.Lapsed();
          case HELD -> {
            if (!record.expireTime.isAfter(now())) {
              yield new Extended.Lapsed();
            }
            record.expireTime = until.isAfter(record.expireTime) ? until : record.expireTime;
            yield new Extended.Until(record.expireTime);
          }
        });
  }

  private static void holdAnew(InMemoryState state, Reservation reservation, Instant until) {
    var terms = reservation.terms();
    var record =
        new InMemoryRecord(
            "", reservation.checkTime(), until, terms, reservation.counters(), State.HELD);
    record.held.putAll(amounts(reservation, counter -> counter.unit().of(terms.held())));
    record.lapsed.putAll(record.held);
    state.records.put(reservation.id().text(), record);
    state.contribute(record, record.held);
  }

  @Override
  public synchronized CompletableFuture<Applied> apply(
      String tenant, String logId, long policyVersion, List<LedgerEntry> run) {
    var state = state(tenant);
    var mark = state.positions.getOrDefault(logId, LogMark.NONE);
    var news = run.stream().filter(entry -> entry.position() > mark.position()).toList();
    if (!news.isEmpty() && state.policyVersion() > policyVersion) {
      return done(new Applied.StalePolicy(state.policyVersion()));
    } else if (news.stream().anyMatch(state::mustWait)) {
      return done(new Applied.Unseeded());
    }
    var ledger = new InMemoryLedger(state, now());
    var effects = new ArrayList<Effect>();
    for (var entry : run) {
      effects.add(entry.position() <= mark.position() ? Effect.SKIPPED : ledger.apply(entry));
    }
    for (var entry : news) {
      var before = state.positions.getOrDefault(logId, mark);
      state.positions.put(
          logId, new LogMark(entry.position(), entry.hasRow() ? entry.position() : before.row()));
    }
    return done(
        new Applied.Done(state.positions.getOrDefault(logId, LogMark.NONE).position(), effects));
  }

  @Override
  public synchronized CompletableFuture<Integer> expire(String tenant) {
    var state = state(tenant);
    var charged = 0;
    for (var entry : state.records.entrySet()) {
      var record = entry.getValue();
      if (record.isOpen() && !record.expireTime.isAfter(now())) {
        state.contribute(record, record.lapsed);
        record.state = State.CHARGED_BY_EXPIRY;
        if (record.lapsed.values().stream().anyMatch(amount -> amount > 0)) {
          state.lapses.add(entry.getKey());
        }
        charged++;
      }
    }
    return done(charged);
  }

  @Override
  public synchronized CompletableFuture<List<Lapse>> lapses(String tenant) {
    var state = state(tenant);
    state.lapses.removeIf(id -> state.record(id).state != State.CHARGED_BY_EXPIRY);
    return done(
        state.lapses.stream()
            .map(id -> lapse(id, state.record(id)))
            .sorted(
                Comparator.comparing(Lapse::expireTime).thenComparing(lapse -> lapse.id().text()))
            .limit(LAPSES_MAX)
            .toList());
  }

  private static Lapse lapse(String id, InMemoryRecord record) {
    if (record.terms == null) {
      throw new IllegalStateException("lapsed without terms: " + id);
    }
    return new Lapse(
        new ReservationId(id),
        record.checkTime,
        record.expireTime,
        record.terms,
        record.amounts(record.lapsed).stream().filter(seed -> seed.amount() > 0).toList());
  }

  @Override
  public synchronized CompletableFuture<Void> recorded(String tenant, List<ReservationId> ids) {
    ids.forEach(id -> state(tenant).lapses.remove(id.text()));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized CompletableFuture<List<Stand>> stand(String tenant, List<Counter> asked) {
    var state = state(tenant);
    var stands = new ArrayList<Stand>();
    for (var counter : asked) {
      var held =
          state.records.values().stream()
              .filter(record -> record.isOpen() && record.expireTime.isAfter(now()))
              .mapToLong(record -> record.held.getOrDefault(counter.name(), 0L))
              .sum();
      stands.add(new Stand(state.value(counter), held));
    }
    return done(stands);
  }

  private static InMemoryRecord blank(InMemoryState state, Reservation reservation) {
    var record =
        InMemoryRecord.blank(reservation.checkTime(), reservation.expireTime(), State.GIVEN_BACK);
    state.records.put(reservation.id().text(), record);
    return record;
  }

  static Map<String, Long> amounts(Reservation reservation, ToLongFunction<Counter> amount) {
    var amounts = new HashMap<String, Long>();
    for (var counter : reservation.counters()) {
      amounts.put(counter.name(), amount.applyAsLong(counter));
    }
    return amounts;
  }

  private static <T> CompletableFuture<T> done(T answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
