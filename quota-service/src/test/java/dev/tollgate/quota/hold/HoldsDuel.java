package dev.tollgate.quota.hold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quota.hold.OpenHolds.OpenHold;
import dev.tollgate.quota.redis.Verb;
import dev.tollgate.time.FakeTime;
import dev.tollgate.time.TimeSource;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// One random sequence of commands, given to the model and to Redis at once.
final class HoldsDuel {
  /* Short holds are over at the next command, long ones never: the two clocks need not agree. What
  differs by nature, times, is left out of the comparison. */

  private static final Duration STEP = Duration.ofMillis(2);
  private static final Duration SHORT = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofHours(1);
  private static final Instant NEVER = Instant.parse("2200-01-01T00:00:00Z");
  private static final int COMMANDS = 80;
  private static final int BATCH_MAX = 8;
  private static final Counter SLOT_1 = HoldsCase.lifetime("slot-1", CounterUnit.TOKENS);
  private static final Counter SLOT_2 = HoldsCase.lifetime("slot-2", CounterUnit.TOKENS);
  private static final List<Counter> COUNTERS =
      List.of(
          HoldsCase.COST,
          HoldsCase.MICROS,
          HoldsCase.TOKENS,
          HoldsCase.CALLS,
          SLOT_1,
          SLOT_2,
          user(0),
          user(1),
          user(2));

  /// The same reservation, as each of the two knows it.
  private record Pair(Reservation model, Reservation real) {}

  /// A verb for both.
  private record Step(String name, Verb<?> real, CompletableFuture<?> model, Optional<Wish> wish) {}

  private final TestRedis redis;
  private final Holds real;
  private final Heads realHeads;
  private final StatefulRedisConnection<byte[], byte[]> batches;
  private final String tenant;
  private final RandomGenerator random;
  private final FakeTime time = new FakeTime(Instant.parse("2026-08-01T00:00:00Z"));
  private final InMemoryHolds model = new InMemoryHolds(time);
  private final RedisClock clock = new RedisClock(TimeSource.SYSTEM);
  private final List<Pair> pairs = new ArrayList<>();
  private long position;
  private int life = 1;
  private int command;

  HoldsDuel(
      TestRedis redis,
      Holds real,
      Heads realHeads,
      StatefulRedisConnection<byte[], byte[]> batches,
      String tenant,
      RandomGenerator random) {
    this.redis = redis;
    this.real = real;
    this.realHeads = realHeads;
    this.batches = batches;
    this.tenant = tenant;
    this.random = random;
  }

  void run() {
    begin();
    seeded(1);
    for (command = 0; command < COMMANDS; command++) {
      elapse();
      clock.told(real.now().toEpochMilli());
      step();
      elapse();
      same("stands", real.stand(tenant, COUNTERS), model.stand(tenant, COUNTERS));
    }
    same("lapses", real.lapses(tenant), model.lapses(tenant));
    assertThat(open(realHeads)).isEqualTo(open(model.heads()));
    redis.forget(tenant);
  }

  private void elapse() {
    time.advance(STEP);
    redis.elapse(SHORT);
  }

  private void step() {
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3, 4, 5 -> batch();
      case 6 -> reserveAlone();
      case 7 -> same("expire", real.expire(tenant), model.expire(tenant));
      case 8, 9, 10 -> apply();
      case 11 -> sweep();
      case 12 -> seed();
      case 13 -> {
        var version = random.nextLong(4);
        same("raise", realHeads.raise(tenant, version), model.heads().raise(tenant, version));
      }
      default -> headsChange();
    }
  }

  private void headsChange() {
    switch (random.nextInt(6)) {
      case 0 -> {
        if (random.nextInt(2) == 0) {
          model.loseEverything();
          redis.forget(tenant);
        } else {
          var epoch = "life-" + life;
          same("lose", realHeads.lose(tenant, epoch), model.heads().lose(tenant, epoch));
        }
        life++;
      }
      case 1, 2 -> seeded(random.nextLong(1, 3));
      default -> begin();
    }
  }

  private void begin() {
    var epoch = "life-" + life;
    var strictFrom = random.nextInt(4) == 0 ? NEVER : Instant.EPOCH;
    same(
        "begin",
        realHeads.begin(tenant, epoch, 0, strictFrom),
        model.heads().begin(tenant, epoch, 0, strictFrom));
  }

  private void seeded(long version) {
    var epoch = "life-" + life;
    same(
        "seeded",
        realHeads.seeded(tenant, epoch, version),
        model.heads().seeded(tenant, epoch, version));
  }

  private void seed() {
    var seeds = List.of(new Seed(any(COUNTERS), random.nextLong(400)));
    var positions = Map.of("log-1", random.nextLong(1, position + 2));
    var modelMarks = new ArrayList<SettledMark>();
    var realMarks = new ArrayList<SettledMark>();
    if (!pairs.isEmpty() && random.nextBoolean()) {
      var pair = any(pairs);
      modelMarks.add(mark(pair.model()));
      realMarks.add(mark(pair.real()));
    }
    var epoch = "life-" + life;
    same(
        "seed",
        realHeads.seed(tenant, epoch, seeds, positions, realMarks),
        model.heads().seed(tenant, epoch, seeds, positions, modelMarks));
  }

  private static SettledMark mark(Reservation it) {
    return new SettledMark(it.id(), it.checkTime(), it.expireTime(), 77, NEVER);
  }

  private void batch() {
    var steps = new ArrayList<Step>();
    var size = random.nextInt(1, BATCH_MAX + 1);
    for (int i = 0; i < size; i++) {
      steps.add(pairs.isEmpty() || random.nextInt(5) < 3 ? reserve() : onReservation(any(pairs)));
    }
    var answers = TestBatch.of(steps.stream().map(Step::real).toList()).run(batches);
    for (int i = 0; i < size; i++) {
      var step = steps.get(i);
      compare(step.name(), answers.get(i), step.model().join());
      if (step.wish().isPresent()) {
        remember(step.wish().get(), step.model().join(), answers.get(i));
      }
    }
  }

  private Step reserve() {
    var wish = wish();
    var verb = new ReserveVerb(wish, HoldLimits.DEFAULT, clock);
    return new Step(wish.toString(), verb, model.reserve(wish), Optional.of(wish));
  }

  private Step onReservation(Pair pair) {
    var spend = spend();
    return switch (random.nextInt(4)) {
      case 0, 1 ->
          new Step(
              "settle",
              new SettleVerb(pair.real(), spend, clock),
              model.settle(pair.model(), spend),
              Optional.empty());
      case 2 ->
          new Step(
              "release",
              new ReleaseVerb(pair.real(), clock),
              model.release(pair.model()),
              Optional.empty());
      default -> {
        var duration = random.nextBoolean() ? SHORT : LONG;
        yield new Step(
            "extend",
            new ExtendVerb(pair.real(), duration, clock),
            model.extend(pair.model(), duration),
            Optional.empty());
      }
    };
  }

  private void reserveAlone() {
    var wish = wish();
    var expected = model.reserve(wish).join();
    var actual = real.reserve(wish).join();
    compare(wish.toString(), actual, expected);
    remember(wish, expected, actual);
  }

  private void remember(Wish wish, Object inModel, Object inRedis) {
    if (inModel instanceof Reserved.Granted mine && inRedis instanceof Reserved.Granted theirs) {
      pairs.add(new Pair(reservation(wish, mine), reservation(wish, theirs)));
    }
  }

  private void apply() {
    if (pairs.isEmpty()) {
      return;
    }
    var first = Math.max(1, position - random.nextInt(3));
    var inModel = new ArrayList<LedgerEntry>();
    var inRedis = new ArrayList<LedgerEntry>();
    var size = random.nextInt(1, 6);
    for (int i = 0; i < size; i++) {
      var pair = any(pairs);
      var kind = random.nextInt(8);
      var spend = spend();
      var debits = debits();
      inModel.add(entry(first + i, kind, pair.model(), spend, debits));
      inRedis.add(entry(first + i, kind, pair.real(), spend, debits));
    }
    var policyVersion = random.nextInt(8) == 0 ? 0 : 4;
    var expected = model.apply(tenant, "log-1", policyVersion, inModel).join();
    assertThat(real.apply(tenant, "log-1", policyVersion, inRedis).join())
        .as("command %s: apply %s", command, inModel)
        .isEqualTo(expected);
    if (expected instanceof Applied.Done done) {
      position = done.position();
    }
  }

  private List<Debit> debits() {
    var debits = new ArrayList<Debit>();
    for (var counter : COUNTERS) {
      if (random.nextInt(6) == 0) {
        debits.add(
            counter.budgetId().startsWith("users")
                ? new Debit(new LinkedHashMap<>(Map.of(counter, 1L)), 2)
                : Debit.of(counter, random.nextLong(1, 500)));
      }
    }
    return debits;
  }

  private static LedgerEntry entry(
      long position, int kind, Reservation reservation, Spend spend, List<Debit> debits) {
    return switch (kind) {
      case 0 -> new LedgerEntry.Unknown(position);
      case 1 -> new LedgerEntry.GiveBack(position, reservation);
      case 2 ->
          new LedgerEntry.Unpriced(
              position, reservation, spend.inputTokens(), spend.outputTokens(), debits);
      case 3 -> new LedgerEntry.Unpriced(position, reservation, 0, 0, debits);
      case 4 -> new LedgerEntry.Bypass(position, debits);
      default -> new LedgerEntry.Actual(position, reservation, spend, debits);
    };
  }

  private void sweep() {
    same("expire", real.expire(tenant), model.expire(tenant));
    var lapses = model.lapses(tenant).join();
    same("lapses", real.lapses(tenant), model.lapses(tenant));
    var some = lapses.stream().limit(2).map(Lapse::id).toList();
    real.recorded(tenant, some).join();
    model.recorded(tenant, some).join();
  }

  private SortedSet<String> open(Heads heads) {
    var found = new TreeSet<String>();
    var page = heads.open(tenant, Optional.empty()).join();
    page.holds().forEach(hold -> found.add(print(hold)));
    while (page.next().isPresent()) {
      page = heads.open(tenant, page.next()).join();
      page.holds().forEach(hold -> found.add(print(hold)));
    }
    return found;
  }

  private static String print(OpenHold hold) {
    return hold.id() + " " + hold.amounts();
  }

  private Spend spend() {
    return new Spend(random.nextLong(1, 4_000), random.nextLong(1, 200), random.nextLong(100));
  }

  private static Counter user(int number) {
    return new Counter("users~1", CounterUnit.REQUESTS, "u" + number, 0, 0);
  }

  private Wish wish() {
    var spend = spend();
    var claims = new ArrayList<Claim>();
    for (var counter : COUNTERS.subList(0, 5)) {
      if (random.nextInt(4) != 0) {
        claims.add(claim(counter, spend));
      }
    }
    if (random.nextInt(3) == 0) {
      var one = user(random.nextInt(3));
      claims.add(Claim.of(one, 30, 1).withGroupsMax(2));
    }
    return new Wish(
        tenant,
        ReservationId.of(tenant, "request-" + random.nextInt(30)),
        "print-" + random.nextInt(2),
        random.nextInt(4) == 0 ? SHORT : LONG,
        new Terms("default@1", "USD", spend, 5, random.nextInt(8) == 0),
        new Head(random.nextInt(8) == 0 ? 0 : 4, random.nextInt(8) == 0 ? 2 : 0),
        random.nextInt(5) == 0,
        claims);
  }

  private Claim claim(Counter counter, Spend spend) {
    var amount = random.nextInt(6) == 0 ? 0 : counter.unit().of(spend);
    var limit = counter.unit() == CounterUnit.COST_NANOS ? 30_000 : 1_500;
    var claim = Claim.of(counter, random.nextInt(9) == 0 ? CounterUnit.EXACT_MAX : limit, amount);
    if (counter.equals(SLOT_1)) {
      claim = claim.withEarlier(List.of(SLOT_2, HoldsCase.TOKENS), 0);
    }
    if (random.nextInt(3) == 0) {
      claim = claim.withReportAbove(random.nextLong(2_000));
    }
    return switch (random.nextInt(4)) {
      case 0 -> claim.withLapsed(0);
      case 1 -> claim.withLapsed(amount / 2);
      default -> claim;
    };
  }

  private Reservation reservation(Wish wish, Reserved.Granted granted) {
    return new Reservation(
        tenant,
        wish.id(),
        granted.epoch(),
        granted.checkTime(),
        granted.expireTime(),
        new Subject("p", "m", "", ""),
        granted.terms(),
        granted.counters());
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private void same(String what, CompletableFuture<?> actual, CompletableFuture<?> expected) {
    compare(what, actual.join(), expected.join());
  }

  private void compare(String what, Object actual, Object expected) {
    assertThat(plain(actual)).as("command %s: %s", command, what).isEqualTo(plain(expected));
  }

  private static Object plain(Object answer) {
    return switch (answer) {
      case Reserved.Granted it ->
          List.of(it.replayed(), it.epoch(), it.terms(), it.counters(), it.reports());
      case Reserved.Refused it -> it.encumbered();
      case Reserved.Stale it -> "stale";
      case Extended.Until it -> "until";
      case List<?> list -> list.stream().map(HoldsDuel::plain).collect(Collectors.toList());
      case Lapse it -> List.of(it.id(), it.terms(), it.charged());
      case null -> "nothing";
      default -> answer;
    };
  }
}
