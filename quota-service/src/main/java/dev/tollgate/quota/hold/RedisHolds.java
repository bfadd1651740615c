package dev.tollgate.quota.hold;

import dev.tollgate.quota.hold.Applied.Effect;
import dev.tollgate.quota.redis.Packer;
import dev.tollgate.quota.redis.Redis;
import dev.tollgate.quota.redis.Unpacker;
import dev.tollgate.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// Holds in Redis: one step of a Lua script per verb.
public final class RedisHolds implements Holds {
  private static final int RECORDS_PER_READ = 500;
  private static final int WARM_UP_CALLS = 20;
  private static final String WARM_UP_TENANT = "warm-up";

  private final Redis redis;
  private final HoldLimits limits;
  private final RedisClock clock;

  private RedisHolds(Redis redis, HoldLimits limits, TimeSource time) {
    this.redis = redis;
    this.limits = limits;
    this.clock = new RedisClock(time);
  }

  /// Blocks until Redis has told its time.
  public static RedisHolds on(Redis redis, HoldLimits limits, TimeSource time) {
    var holds = new RedisHolds(redis, limits, time);
    holds.clock.told(redis.time(WARM_UP_TENANT).join().toEpochMilli());
    holds.warmUp();
    return holds;
  }

  @Override
  public Instant now() {
    return clock.now();
  }

  @Override
  public CompletableFuture<Reserved> reserve(Wish wish) {
    return redis.submit(wish.tenant(), new ReserveVerb(wish, limits, clock));
  }

  @Override
  public CompletableFuture<Settled> settle(Reservation reservation, Spend actual) {
    return redis.submit(reservation.tenant(), new SettleVerb(reservation, actual, clock));
  }

  @Override
  public CompletableFuture<Released> release(Reservation reservation) {
    return redis.submit(reservation.tenant(), new ReleaseVerb(reservation, clock));
  }

  @Override
  public CompletableFuture<Extended> extend(Reservation reservation, Duration duration) {
    return redis.submit(reservation.tenant(), new ExtendVerb(reservation, duration, clock));
  }

  @Override
  public CompletableFuture<Applied> apply(
      String tenant, String logId, long policyVersion, List<LedgerEntry> run) {
    var packed = new LedgerRun(tenant, logId, policyVersion, run, clock);
    return redis
        .run(HoldScripts.APPLY, tenant, packed.keys(), packed.arguments())
        .thenApply(RedisHolds::applied);
  }

  private static Applied applied(byte[] bytes) {
    var answer = new Unpacker(bytes);
    var size = answer.array();
    return switch (answer.text()) {
      case "P" -> new Applied.StalePolicy(answer.integer());
      case "N" -> new Applied.Unseeded();
      default ->
          new Applied.Done(
              answer.integer(),
              IntStream.range(2, size).mapToObj(i -> effect(answer.text())).toList());
    };
  }

  private static Effect effect(String code) {
    return switch (code) {
      case "A" -> Effect.APPLIED;
      case "O" -> Effect.GROUPLESS;
      case "S" -> Effect.SKIPPED;
      case "U" -> Effect.UNKNOWN;
      default -> throw new IllegalStateException("apply.lua's answer: " + code);
    };
  }

  @Override
  public CompletableFuture<Integer> expire(String tenant) {
    var names = new Keys(tenant);
    return RecordIndex.due(redis, tenant)
        .thenCompose(ids ->
            ids.isEmpty()
                ? CompletableFuture.completedFuture(0)
                : records(tenant, ids).thenCompose(records -> expire(names, tenant, ids, records)));
  }

  private CompletableFuture<Integer> expire(
      Keys names, String tenant, List<ReservationId> ids, List<Optional<HoldRecord>> records) {
    var keys = new KeyIndex();
    keys.of(names.openHolds());
    keys.of(names.lapses());
    var packer = new Packer();
    var arguments = new ArrayList<byte[]>();
    for (int i = 0; i < ids.size(); i++) {
      var counters = records.get(i).map(HoldRecord::counters).orElse(List.of());
      packer.array(4).integer(keys.of(names.record(ids.get(i)))).text(ids.get(i).text());
      packer.integer(records.get(i).map(record -> record.checkTime().toEpochMilli()).orElse(0L));
      packer.array(counters.size());
      counters.forEach(counter -> packer.integer(keys.of(names.counter(counter))));
      arguments.add(packer.take());
    }
    return redis
        .run(HoldScripts.EXPIRE, tenant, keys.all(), arguments)
        .thenApply(bytes -> {
          var answer = new Unpacker(bytes);
          answer.array();
          return (int) answer.integer();
        });
  }

  @Override
  public CompletableFuture<List<Lapse>> lapses(String tenant) {
    return RecordIndex.unrecorded(redis, tenant)
        .thenCompose(
            ids -> records(tenant, ids).thenCompose(records -> lapses(tenant, ids, records)));
  }

  /* What was settled meanwhile is no charge by expiry any more. */
  private CompletableFuture<List<Lapse>> lapses(
      String tenant, List<ReservationId> ids, List<Optional<HoldRecord>> records) {
    var lapses = new ArrayList<Lapse>();
    var over = new ArrayList<ReservationId>();
    for (int i = 0; i < ids.size(); i++) {
      var id = ids.get(i);
      records
          .get(i)
          .filter(HoldRecord::isChargedByExpiry)
          .ifPresentOrElse(record -> lapses.add(lapse(id, record)), () -> over.add(id));
    }
    if (over.isEmpty()) {
      return CompletableFuture.completedFuture(lapses);
    }
    return recorded(tenant, over)
        .thenCompose(
            any -> lapses.isEmpty() ? lapses(tenant) : CompletableFuture.completedFuture(lapses));
  }

  private static Lapse lapse(ReservationId id, HoldRecord record) {
    return new Lapse(
        id,
        record.checkTime(),
        record.expireTime(),
        record.body().terms(),
        record.seeds(record.lapsed()).stream().filter(seed -> seed.amount() > 0).toList());
  }

  @Override
  public CompletableFuture<Void> recorded(String tenant, List<ReservationId> ids) {
    return ids.isEmpty()
        ? CompletableFuture.completedFuture(null)
        : RecordIndex.removeLapses(redis, tenant, ids);
  }

  private CompletableFuture<List<Optional<HoldRecord>>> records(
      String tenant, List<ReservationId> ids) {
    var names = new Keys(tenant);
    return redis
        .get(tenant, ids.stream().map(names::record).toList())
        .thenApply(lines -> lines.stream().map(line -> line.map(HoldRecord::parse)).toList());
  }

  @Override
  public CompletableFuture<List<Stand>> stand(String tenant, List<Counter> counters) {
    /* The first step reads counters and open holds at one instant. What those held then is in their
    records, where it never changes, and stays there after they are closed: so the second step may
    take its time. */
    var names = new Keys(tenant);
    var keys = new ArrayList<byte[]>();
    keys.add(names.openHolds());
    counters.forEach(counter -> keys.add(names.counter(counter)));
    return redis
        .run(HoldScripts.STAND, tenant, keys, List.of())
        .thenCompose(bytes -> {
          var answer = new Unpacker(bytes);
          var open = answer.array() - 2;
          clock.told(answer.integer());
          var encumbered =
              IntStream.range(0, answer.array())
                  .mapToObj(i -> Long.valueOf(new String(answer.bytes(), StandardCharsets.UTF_8)))
                  .toList();
          var ids =
              IntStream.range(0, open).mapToObj(i -> new ReservationId(answer.text())).toList();
          return held(tenant, ids, counters)
              .thenApply(held ->
                  IntStream.range(0, held.length)
                      .mapToObj(i -> new Stand(encumbered.get(i), held[i]))
                      .toList());
        });
  }

  private CompletableFuture<long[]> held(
      String tenant, List<ReservationId> ids, List<Counter> counters) {
    var sum = CompletableFuture.completedFuture(new long[counters.size()]);
    for (int from = 0; from < ids.size(); from += RECORDS_PER_READ) {
      var some = ids.subList(from, Math.min(from + RECORDS_PER_READ, ids.size()));
      sum = sum.thenCombine(records(tenant, some), (held, records) -> add(held, records, counters));
    }
    return sum;
  }

  private static long[] add(
      long[] held, List<Optional<HoldRecord>> records, List<Counter> counters) {
    for (int i = 0; i < held.length; i++) {
      var name = counters.get(i).name();
      for (var record : records) {
        held[i] += record.map(known -> known.held(name)).orElse(0L);
      }
    }
    return held;
  }

  /* The first script calls of a process load classes for longer than a call may take. */
  private void warmUp() {
    var nothing = new Counter("warm-up", CounterUnit.REQUESTS, Counter.NO_GROUP, 0, 0);
    for (int i = 0; i < WARM_UP_CALLS; i++) {
      var _ = stand(WARM_UP_TENANT, List.of(nothing)).exceptionally(late -> List.of()).join();
    }
  }
}
