package dev.tollgate.quota.hold;

import dev.tollgate.quota.hold.Applied.Effect;
import dev.tollgate.time.TimeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// Holds as one would write them down if there were one thread and one machine: the oracle that the
/// scripts are compared with. Forgets nothing but what [#loseEverything] drops.
@NullMarked
public final class InMemoryHolds implements Holds {
  private enum State {
    HELD,
    CHARGED_BY_EXPIRY,
    SETTLED,
    SETTLED_BY_LEDGER,
    GIVEN_BACK
  }

  /* What a reservation added to its counters, and in which state it is. */
  private static final class Kept {
    final String fingerprint;
    final Instant checkTime;
    final Instant expireTime;
    final @Nullable Terms terms;
    final List<Counter> counters;
    final Map<String, Long> held = new HashMap<>();
    State state;
    Map<String, Long> contributed = new HashMap<>();
    @Nullable Long answer;

    Kept(
        String fingerprint,
        Instant checkTime,
        Instant expireTime,
        @Nullable Terms terms,
        List<Counter> counters,
        State state) {
      this.fingerprint = fingerprint;
      this.checkTime = checkTime;
      this.expireTime = expireTime;
      this.terms = terms;
      this.counters = counters;
      this.state = state;
    }

    /* An id may name another reservation after its record was dropped. */
    boolean isOf(Reservation reservation) {
      return checkTime.equals(reservation.checkTime());
    }
  }

  private final TimeSource time;
  private final Map<String, Long> counters = new HashMap<>();
  private final Map<String, Kept> records = new HashMap<>();
  private final Map<String, Long> positions = new HashMap<>();
  private int epoch = 1;

  public InMemoryHolds(TimeSource time) {
    this.time = time;
  }

  /// What a Redis that comes back empty is like.
  synchronized void loseEverything() {
    counters.clear();
    records.clear();
    positions.clear();
    epoch++;
  }

  @Override
  public Instant now() {
    return Instant.ofEpochMilli(time.now().toEpochMilli());
  }

  @Override
  public synchronized CompletableFuture<Reserved> reserve(Wish wish) {
    return done(reserveNow(wish));
  }

  private Reserved reserveNow(Wish wish) {
    var known = records.get(key(wish.tenant(), wish.id()));
    if (known != null) {
      return again(known, wish);
    }
    var now = now();
    for (var claim : wish.claims()) {
      var counter = claim.counter();
      if (!counter.isLifetime()
          && (now.toEpochMilli() < counter.startMillis()
              || now.toEpochMilli() >= counter.endMillis())) {
        return new Reserved.Stale(now);
      }
    }
    if (!wish.claims().stream().allMatch(claim -> claim.fits(value(wish.tenant(), claim)))) {
      return new Reserved.Refused(
          now, wish.claims().stream().map(claim -> value(wish.tenant(), claim)).toList());
    }
    var record =
        new Kept(
            wish.fingerprint(),
            now,
            now.plus(wish.holdDuration()),
            wish.terms(),
            wish.counters(),
            State.HELD);
    for (var claim : wish.claims()) {
      record.held.put(claim.counter().name(), claim.amount());
    }
    records.put(key(wish.tenant(), wish.id()), record);
    contribute(wish.tenant(), record, record.held);
    return new Reserved.Granted(
        false, epoch(), record.checkTime, record.expireTime, wish.terms(), wish.counters());
  }

  private Reserved again(Kept known, Wish wish) {
    if (known.terms == null) {
      return new Reserved.Closed(known.state != State.GIVEN_BACK);
    }
    return known.fingerprint.equals(wish.fingerprint())
        ? new Reserved.Granted(
            true, epoch(), known.checkTime, known.expireTime, known.terms, known.counters)
        : new Reserved.Reused();
  }

  @Override
  public synchronized CompletableFuture<Settled> settle(Reservation reservation, Spend actual) {
    var record = records.get(key(reservation.tenant(), reservation.id()));
    if (record == null) {
      if (reservation.epoch().equals(epoch())) {
        return done(new Settled.Unknown());
      }
      record = blank(reservation);
    } else if (!record.isOf(reservation)) {
      return done(new Settled.Unknown());
    } else if (record.answer != null) {
      return done(new Settled.Charged(true, record.answer));
    } else if (record.state == State.GIVEN_BACK) {
      return done(new Settled.GivenBack());
    }
    contribute(
        reservation.tenant(), record, amounts(reservation, counter -> counter.unit().of(actual)));
    record.state = State.SETTLED;
    record.answer = actual.costNanos();
    return done(new Settled.Charged(false, actual.costNanos()));
  }

  @Override
  public synchronized CompletableFuture<Released> release(Reservation reservation) {
    var record = records.get(key(reservation.tenant(), reservation.id()));
    if (record == null) {
      blank(reservation);
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
            contribute(reservation.tenant(), record, Map.of());
            record.state = State.GIVEN_BACK;
            yield Released.GIVEN_BACK;
          }
        });
  }

  @Override
  public synchronized CompletableFuture<Applied> apply(
      String tenant, String logId, List<LedgerEntry> run) {
    var log = tenant + "/" + logId;
    var effects = new ArrayList<Effect>();
    var position = positions.getOrDefault(log, 0L);
    for (var entry : run) {
      effects.add(
          entry.position() <= position
              ? Effect.SKIPPED
              : switch (entry) {
                case LedgerEntry.Actual actual -> applyActual(actual);
                case LedgerEntry.Unpriced unpriced -> applyUnpriced(unpriced);
                case LedgerEntry.GiveBack giveBack -> applyGiveBack(giveBack.reservation());
                case LedgerEntry.Unknown unknown -> Effect.UNKNOWN;
              });
    }
    positions.put(log, Math.max(position, run.getLast().position()));
    return done(new Applied(positions.get(log), effects));
  }

  private Effect applyActual(LedgerEntry.Actual entry) {
    var spend = entry.spend();
    return overrule(
        entry.reservation(), record -> spend.costNanos(), (record, c) -> c.unit().of(spend));
  }

  private Effect applyUnpriced(LedgerEntry.Unpriced entry) {
    var held = entry.reservation().terms().held();
    var spend = new Spend(held.costNanos(), entry.tokens() == 0 ? held.tokens() : entry.tokens());
    return overrule(
        entry.reservation(),
        record -> record.answer != null ? record.answer : held.costNanos(),
        (record, counter) -> {
          var amount = counter.unit().of(spend);
          var told = counter.unit() == CounterUnit.TOKENS && entry.tokens() > 0;
          if (told || counter.unit() == CounterUnit.REQUESTS) {
            return amount;
          }
          var standing = record.state == State.GIVEN_BACK ? record.held : record.contributed;
          return standing.getOrDefault(counter.name(), amount);
        });
  }

  private interface Amount {
    long of(Kept record, Counter counter);
  }

  private Effect overrule(Reservation reservation, ToLongFunction<Kept> answer, Amount amount) {
    var record = records.get(key(reservation.tenant(), reservation.id()));
    if (record == null) {
      if (reservation.epoch().equals(epoch())) {
        return Effect.UNKNOWN;
      }
      record = blank(reservation);
    } else if (!record.isOf(reservation)) {
      return Effect.UNKNOWN;
    } else if (record.state == State.SETTLED_BY_LEDGER) {
      return Effect.SKIPPED;
    }
    var subject = record;
    var charged = answer.applyAsLong(record);
    contribute(
        reservation.tenant(), record, amounts(reservation, counter -> amount.of(subject, counter)));
    record.state = State.SETTLED_BY_LEDGER;
    record.answer = charged;
    return Effect.APPLIED;
  }

  private Effect applyGiveBack(Reservation reservation) {
    var record = records.get(key(reservation.tenant(), reservation.id()));
    if (record == null || !record.isOf(reservation)) {
      return Effect.UNKNOWN;
    }
    if (record.state != State.HELD || !record.expireTime.isAfter(now())) {
      return Effect.SKIPPED;
    }
    contribute(reservation.tenant(), record, Map.of());
    record.state = State.GIVEN_BACK;
    return Effect.APPLIED;
  }

  @Override
  public synchronized CompletableFuture<Integer> expire(String tenant) {
    var charged = 0;
    for (var entry : records.entrySet()) {
      var record = entry.getValue();
      if (entry.getKey().startsWith(tenant + "/")
          && record.state == State.HELD
          && !record.counters.isEmpty()
          && !record.expireTime.isAfter(now())) {
        record.state = State.CHARGED_BY_EXPIRY;
        charged++;
      }
    }
    return done(charged);
  }

  @Override
  public synchronized CompletableFuture<List<Stand>> stand(String tenant, List<Counter> asked) {
    var stands = new ArrayList<Stand>();
    for (var counter : asked) {
      var held =
          records.entrySet().stream()
              .filter(entry -> entry.getKey().startsWith(tenant + "/"))
              .map(Map.Entry::getValue)
              .filter(record -> record.state == State.HELD && record.expireTime.isAfter(now()))
              .mapToLong(record -> record.held.getOrDefault(counter.name(), 0L))
              .sum();
      stands.add(new Stand(counters.getOrDefault(tenant + "/" + counter.name(), 0L), held));
    }
    return done(stands);
  }

  /* Replaces what the record contributes to its counters. */
  private void contribute(String tenant, Kept record, Map<String, Long> now) {
    record.contributed.forEach((name, amount) -> move(tenant, name, -amount));
    now.forEach((name, amount) -> move(tenant, name, amount));
    record.contributed = new HashMap<>(now);
  }

  private void move(String tenant, String name, long by) {
    counters.merge(tenant + "/" + name, by, Math::addExact);
  }

  private Kept blank(Reservation reservation) {
    var record =
        new Kept(
            "",
            reservation.checkTime(),
            reservation.expireTime(),
            null,
            List.of(),
            State.GIVEN_BACK);
    records.put(key(reservation.tenant(), reservation.id()), record);
    return record;
  }

  private static Map<String, Long> amounts(
      Reservation reservation, ToLongFunction<Counter> amount) {
    var amounts = new HashMap<String, Long>();
    for (var counter : reservation.counters()) {
      amounts.put(counter.name(), amount.applyAsLong(counter));
    }
    return amounts;
  }

  private long value(String tenant, Claim claim) {
    return counters.getOrDefault(tenant + "/" + claim.counter().name(), 0L);
  }

  private String epoch() {
    return Integer.toString(epoch);
  }

  private static String key(String tenant, ReservationId id) {
    return tenant + "/" + id.text();
  }

  private static <T> CompletableFuture<T> done(T answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
