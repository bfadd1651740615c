package dev.tollgate.quota.hold;

import dev.tollgate.quota.hold.Applied.Effect;
import dev.tollgate.time.TimeSource;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Holds in Redis: one Lua script per verb, every key of a tenant under the hash tag `{tenant}`.
public final class RedisHolds implements Holds, AutoCloseable {
  /* Keys, all declared to the scripts:

    {tenant}:b:<budget>:<unit>:<group>:<window start>   a counter: what is settled and held
    {tenant}:r:<reservation>                            a record, see record.lua
    {tenant}:x                                          open holds by expiry
    {tenant}:s:<log>                                    last position of the ledger applied
    {tenant}:e                                          epoch: this life of the store

  The clock is Redis's. Between answers `now` extends the last time that Redis told by our monotonic
  clock; a window computed with it that turned out stale is answered so, and computed again. */

  private static final int DUE_MAX = 100;
  private static final int RECORDS_PER_READ = 500;
  private static final int WARM_UP_CALLS = 20;

  private final RedisLink link;
  private final TimeSource time;
  private final RandomGenerator random;
  private volatile long clockOffsetNanos;

  private RedisHolds(RedisLink link, TimeSource time, RandomGenerator random) {
    this.link = link;
    this.time = time;
    this.random = random;
  }

  /// Connects. Blocks; throws where Redis is away or would evict.
  public static RedisHolds connect(
      RedisSettings settings, TimeSource time, RandomGenerator random) {
    var holds = new RedisHolds(RedisLink.connect(settings), time, random);
    holds.askTime().join();
    holds.warmUp();
    return holds;
  }

  @Override
  public Instant now() {
    var nanos = time.nanoTime() + clockOffsetNanos;
    return Instant.ofEpochMilli(TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  @Override
  public CompletableFuture<Reserved> reserve(Wish wish) {
    var claims = wish.claims();
    var keys = new ArrayList<String>(3 + claims.size());
    keys.add(record(wish.tenant(), wish.id()));
    keys.add(index(wish.tenant()));
    keys.add(epoch(wish.tenant()));
    var latestStart = 0L;
    var earliestEnd = CounterUnit.EXACT_MAX;
    for (var claim : claims) {
      var counter = claim.counter();
      keys.add(counter(wish.tenant(), counter));
      latestStart = Math.max(latestStart, counter.startMillis());
      earliestEnd = counter.isLifetime() ? earliestEnd : Math.min(earliestEnd, counter.endMillis());
    }
    var counters = wish.counters();
    var arguments = new ArrayList<String>(9 + 3 * claims.size());
    arguments.add(wish.id().text());
    arguments.add(wish.fingerprint());
    arguments.add(text(wish.holdDuration().toMillis()));
    arguments.add(wish.terms().print());
    arguments.add(String.join(",", counters.stream().map(Counter::print).toList()));
    arguments.add(text(latestStart));
    arguments.add(text(earliestEnd));
    arguments.add(HexFormat.of().toHexDigits(random.nextLong()));
    arguments.add(text(Retention.open(now().plus(wish.holdDuration()), counters)));
    for (var claim : claims) {
      arguments.add(text(claim.limit()));
      arguments.add(text(claim.amount()));
      arguments.add(text(Retention.counter(claim.counter())));
    }
    return link.run(Script.RESERVE, keys, arguments).thenApply(answer -> reserved(wish, answer));
  }

  private Reserved reserved(Wish wish, List<Object> answer) {
    return switch (answer.getFirst().toString()) {
      case "GRANTED" ->
          new Reserved.Granted(
              false,
              answer.get(1).toString(),
              clock(answer.get(2)),
              instant(answer.get(3)),
              wish.terms(),
              wish.counters(),
              List.of());
      case "REPLAYED" -> {
        var record = HoldRecord.parse(answer.get(2).toString());
        yield new Reserved.Granted(
            true,
            answer.get(1).toString(),
            record.checkTime(),
            record.expireTime(),
            record.terms(),
            record.counters(),
            List.of());
      }
      case "REFUSED" ->
          new Reserved.Refused(
              clock(answer.get(1)),
              answer.stream().skip(2).map(value -> Long.valueOf(value.toString())).toList());
      case "REUSED" -> new Reserved.Reused();
      case "CLOSED" -> new Reserved.Closed(!answer.get(1).equals("R"));
      case "STALE" -> new Reserved.Stale(clock(answer.get(1)));
      default -> throw unknown(answer);
    };
  }

  @Override
  public CompletableFuture<Settled> settle(Reservation reservation, Spend actual) {
    var tenant = reservation.tenant();
    var keys = new ArrayList<String>();
    keys.add(record(tenant, reservation.id()));
    keys.add(index(tenant));
    keys.add(epoch(tenant));
    var arguments = new ArrayList<String>();
    arguments.add(reservation.id().text());
    arguments.add(reservation.epoch());
    arguments.add(text(reservation.checkTime().toEpochMilli()));
    arguments.add(text(reservation.expireTime().toEpochMilli()));
    arguments.add(text(actual.costNanos()));
    arguments.add(text(Retention.closed(now(), reservation.expireTime())));
    for (var counter : reservation.counters()) {
      keys.add(counter(tenant, counter));
      arguments.add(text(counter.unit().of(actual)));
      arguments.add(text(Retention.counter(counter)));
    }
    return link.run(Script.SETTLE, keys, arguments).thenApply(RedisHolds::settled);
  }

  private static Settled settled(List<Object> answer) {
    return switch (answer.getFirst().toString()) {
      case "SETTLED" -> new Settled.Charged(false, Long.parseLong(answer.get(1).toString()));
      case "REPLAYED" -> new Settled.Charged(true, Long.parseLong(answer.get(1).toString()));
      case "RELEASED" -> new Settled.GivenBack();
      case "UNKNOWN" -> new Settled.Unknown();
      default -> throw unknown(answer);
    };
  }

  @Override
  public CompletableFuture<Released> release(Reservation reservation) {
    var tenant = reservation.tenant();
    var keys = new ArrayList<String>();
    keys.add(record(tenant, reservation.id()));
    keys.add(index(tenant));
    reservation.counters().forEach(counter -> keys.add(counter(tenant, counter)));
    var arguments =
        List.of(
            reservation.id().text(),
            text(reservation.checkTime().toEpochMilli()),
            text(reservation.expireTime().toEpochMilli()),
            text(Retention.closed(now(), reservation.expireTime())));
    return link.run(Script.RELEASE, keys, arguments)
        .thenApply(answer ->
            switch (answer.getFirst().toString()) {
              case "RELEASED" -> Released.GIVEN_BACK;
              case "REPLAYED" -> Released.REPLAYED;
              case "SETTLED" -> Released.SETTLED;
              case "UNKNOWN" -> Released.UNKNOWN;
              case "TOMBSTONE" -> Released.TOMBSTONE;
              default -> throw unknown(answer);
            });
  }

  @Override
  public CompletableFuture<Extended> extend(Reservation reservation, Duration duration) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<List<Lapse>> lapses(String tenant) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> recorded(String tenant, List<ReservationId> ids) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Applied> apply(String tenant, String logId, List<LedgerEntry> run) {
    var keys = new ArrayList<String>();
    keys.add(key(tenant, "s:" + logId));
    keys.add(index(tenant));
    keys.add(epoch(tenant));
    var arguments = new ArrayList<String>();
    arguments.add(text(run.getLast().position()));
    for (var entry : run) {
      switch (entry) {
        case LedgerEntry.Actual(var position, var reservation, var spend) ->
            describe(keys, arguments, position, "A", reservation, spend, unit -> true);
        case LedgerEntry.Unpriced unpriced ->
            describe(
                keys,
                arguments,
                unpriced.position(),
                "A",
                unpriced.reservation(),
                unpriced.spend(),
                unpriced::tells);
        case LedgerEntry.GiveBack(var position, var reservation) ->
            describe(keys, arguments, position, "G", reservation, Spend.NOTHING, unit -> true);
        case LedgerEntry.Unknown(var position) -> {
          keys.add(keys.getFirst());
          arguments.addAll(List.of(text(position), "N", "0", "", "", "0", "0", "", "0"));
        }
      }
    }
    return link.run(Script.APPLY, keys, arguments)
        .thenApply(answer ->
            new Applied(
                Long.parseLong(answer.getFirst().toString()),
                answer.stream().skip(1).map(e -> Effect.valueOf(e.toString())).toList()));
  }

  /* Appends what apply.lua takes per settlement. Where the amount is not known, the mark `~` leaves
  standing what is charged. */
  private void describe(
      List<String> keys,
      List<String> arguments,
      long position,
      String verb,
      Reservation reservation,
      Spend spend,
      Predicate<CounterUnit> known) {
    keys.add(record(reservation.tenant(), reservation.id()));
    arguments.add(text(position));
    arguments.add(verb);
    arguments.add(text(reservation.counters().size()));
    arguments.add(reservation.id().text());
    arguments.add(reservation.epoch());
    arguments.add(text(reservation.checkTime().toEpochMilli()));
    arguments.add(text(reservation.expireTime().toEpochMilli()));
    arguments.add(mark(known.test(CounterUnit.COST_NANOS)) + spend.costNanos());
    arguments.add(text(Retention.closed(now(), reservation.expireTime())));
    for (var counter : reservation.counters()) {
      keys.add(counter(reservation.tenant(), counter));
      arguments.add(mark(known.test(counter.unit())) + counter.unit().of(spend));
      arguments.add(text(Retention.counter(counter)));
    }
  }

  private static String mark(boolean known) {
    return known ? "" : "~";
  }

  @Override
  public CompletableFuture<Integer> expire(String tenant) {
    var due =
        link.commands()
            .zrangebyscore(
                index(tenant), Range.create(0, now().toEpochMilli()), Limit.from(DUE_MAX));
    return RedisLink.guarded(due)
        .thenCompose(ids -> {
          if (ids.isEmpty()) {
            return CompletableFuture.completedFuture(0);
          }
          var keys = new ArrayList<String>();
          keys.add(index(tenant));
          ids.forEach(id -> keys.add(record(tenant, new ReservationId(id))));
          return link.run(Script.EXPIRE, keys, ids)
              .thenApply(answer -> Integer.valueOf(answer.getFirst().toString()));
        });
  }

  @Override
  public CompletableFuture<List<Stand>> stand(String tenant, List<Counter> counters) {
    /* The first step reads counters and open holds at one instant. What those held then is in their
    records, where it never changes, and stays there after they are closed: so the second step may
    take its time. */
    var keys = new ArrayList<String>();
    keys.add(index(tenant));
    counters.forEach(counter -> keys.add(counter(tenant, counter)));
    return link.run(Script.STAND, keys, List.of())
        .thenCompose(answer -> {
          clock(answer.getFirst());
          var n = counters.size();
          var encumbered =
              answer.subList(1, 1 + n).stream().map(v -> Long.parseLong(v.toString())).toList();
          var open =
              answer.subList(1 + n, answer.size()).stream()
                  .map(id -> record(tenant, new ReservationId(id.toString())))
                  .toList();
          return held(open, counters)
              .thenApply(held ->
                  IntStream.range(0, n)
                      .mapToObj(i -> new Stand(encumbered.get(i), held[i]))
                      .toList());
        });
  }

  private CompletableFuture<long[]> held(List<String> records, List<Counter> counters) {
    var names = counters.stream().map(Counter::name).toList();
    var sum = CompletableFuture.completedFuture(new long[names.size()]);
    for (int from = 0; from < records.size(); from += RECORDS_PER_READ) {
      var some = records.subList(from, Math.min(from + RECORDS_PER_READ, records.size()));
      sum =
          sum.thenCombine(
              RedisLink.guarded(link.commands().mget(some.toArray(String[]::new))),
              (held, lines) -> {
                for (var line : lines) {
                  if (line.hasValue()) {
                    var record = HoldRecord.parse(line.getValue());
                    for (int i = 0; i < held.length; i++) {
                      held[i] += record.held(names.get(i));
                    }
                  }
                }
                return held;
              });
    }
    return sum;
  }

  /* The first script calls of a process load classes for longer than a call may take. */
  private void warmUp() {
    var nothing = new Counter("warm-up", CounterUnit.REQUESTS, Counter.NO_GROUP, 0, 0);
    for (int i = 0; i < WARM_UP_CALLS; i++) {
      var _ = stand("warm-up", List.of(nothing)).exceptionally(late -> List.of()).join();
    }
  }

  private CompletableFuture<Instant> askTime() {
    return RedisLink.guarded(link.commands().time())
        .thenApply(parts ->
            clock(Long.parseLong(parts.get(0)) * 1_000 + Long.parseLong(parts.get(1)) / 1_000));
  }

  /* Remembers what Redis's clock shows. */
  private Instant clock(Object millis) {
    var instant = instant(millis);
    clockOffsetNanos = TimeUnit.MILLISECONDS.toNanos(instant.toEpochMilli()) - time.nanoTime();
    return instant;
  }

  private static Instant instant(Object millis) {
    return Instant.ofEpochMilli(Long.parseLong(millis.toString()));
  }

  private static String text(long number) {
    return Long.toString(number);
  }

  private static String key(String tenant, String rest) {
    return "{" + tenant + "}:" + rest;
  }

  private static String record(String tenant, ReservationId id) {
    return key(tenant, "r:" + id.text());
  }

  private static String index(String tenant) {
    return key(tenant, "x");
  }

  private static String epoch(String tenant) {
    return key(tenant, "e");
  }

  private static String counter(String tenant, Counter counter) {
    return key(tenant, "b:" + counter.name());
  }

  private static IllegalStateException unknown(List<Object> answer) {
    return new IllegalStateException("script's answer: " + answer);
  }

  @Override
  public void close() {
    link.close();
  }
}
