package dev.tollgate.quota.recover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Selector;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Reservation;
import dev.tollgate.quota.hold.ReservationId;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Subject;
import dev.tollgate.quota.hold.Terms;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// What the ledger's sums must be, whoever keeps the ledger: as if each call were counted by
/// itself.
@NullMarked
abstract class LedgerSumsContract {
  static final Instant NOW = Instant.parse("2026-03-29T12:34:56.789Z");
  static final Tokens TOKENS = new Tokens(new Secret("0123456789abcdef0123456789abcdef"));
  private static final List<String> TEAMS = List.of("", "search", "ads", "it's \\ odd");
  private static final List<String> USERS = List.of("", "ada", "bob", "Ünï");

  /// The rows, and no others of their tenant.
  abstract Ledger ledger(List<LedgerRow> rows) throws Exception;

  /// Another one in every call.
  abstract String tenant();

  Map<Counter, Long> sums(String tenant, Policy policy, List<LedgerRow> rows) throws Exception {
    var ledger = ledger(rows);
    return new LedgerSums(ledger, TOKENS)
        .of(tenant, policy, policy.budgets().values(), NOW, ledger.positions(tenant));
  }

  static Budget budget(String id, Window window, Limit... limits) {
    return new Budget(
        id, id, Map.of("team", "search"), List.of(), window, List.of(limits), Instant.EPOCH);
  }

  static LedgerRow row(String tenant, long position, Instant time, Spend spend) {
    return row(tenant, position, time, spend, false, "USD", call("search", "ada"));
  }

  static Dimensions call(String team, String user) {
    return Dimensions.newBuilder().setTeam(team).setUser(user).build();
  }

  static LedgerRow row(
      String tenant,
      long position,
      Instant time,
      Spend spend,
      boolean unknownCost,
      String currency,
      Dimensions dimensions) {
    var held = new Spend(spend.costNanos() + 5, spend.inputTokens() + 1, 77);
    var reservation =
        new Reservation(
            tenant,
            ReservationId.of(tenant, "r" + position),
            "e1",
            time,
            time.plusSeconds(60),
            new Subject("p", "m", "", ""),
            new Terms("default@1", currency, held, 50, false),
            List.of());
    return new LedgerRow(
        tenant,
        "log-" + position % 2,
        position,
        time,
        dimensions,
        TOKENS.seal(reservation),
        unknownCost,
        currency,
        spend);
  }

  @Test
  void sums_everyUnit_areWhatCountersCount() throws Exception {
    var tenant = tenant();
    var month = Window.month(ZoneId.of("UTC"));
    var policy =
        new Policy(
            List.of(
                budget(
                    "b",
                    month,
                    Limit.cost("USD", 1_000),
                    Limit.tokens(9),
                    Limit.inputTokens(9),
                    Limit.outputTokens(9),
                    Limit.requests(9)),
                budget("large", month, Limit.cost("USD", 9_000_000_000_000_000L))));

    var sums =
        sums(
            tenant,
            policy,
            List.of(
                row(tenant, 1, NOW.minusSeconds(9), new Spend(1_001, 10, 3)),
                row(tenant, 2, NOW.minusSeconds(8), new Spend(2_001, 20, 4))));

    var at = month.at(NOW);
    assertThat(sums)
        .isEqualTo(
            Map.of(
                counter("b", CounterUnit.COST_NANOS, at), 3_002L,
                counter("b", CounterUnit.TOKENS, at), 37L,
                counter("b", CounterUnit.INPUT_TOKENS, at), 30L,
                counter("b", CounterUnit.OUTPUT_TOKENS, at), 7L,
                counter("b", CounterUnit.REQUESTS, at), 2L,
                counter("large", CounterUnit.COST_MICROS, at), 5L));
  }

  private static Counter counter(String id, CounterUnit unit, Window.Span span) {
    return new Counter(id, unit, Counter.NO_GROUP, span.startMillis(), span.endMillis());
  }

  @Test
  void sums_moreThanCountersHold_stayExactAndAreCapped() throws Exception {
    var tenant = tenant();
    var policy = new Policy(List.of(budget("b", new Window.Lifetime(), Limit.cost("USD", 1))));
    var rows = new ArrayList<LedgerRow>();
    for (int i = 1; i <= 1_100; i++) {
      rows.add(row(tenant, i, NOW.minusSeconds(i), new Spend(CounterUnit.EXACT_MAX, 0, 0)));
    }

    assertThat(sums(tenant, policy, rows)).containsValue(CounterUnit.EXACT_MAX).hasSize(1);
  }

  @Test
  void sums_callWithoutReservation_countsToo() throws Exception {
    var tenant = tenant();
    var policy = new Policy(List.of(budget("b", new Window.Lifetime(), Limit.requests(1))));
    var with = row(tenant, 1, NOW, new Spend(1, 1, 1));
    var without =
        new LedgerRow(
            tenant, with.log(), 3, NOW, with.dimensions(), "", false, "USD", with.spend());

    assertThat(sums(tenant, policy, List.of(with, without))).containsValue(2L).hasSize(1);
  }

  @Test
  void sums_storedAfterThePositionsWereRead_countLater() throws Exception {
    var tenant = tenant();
    var policy = new Policy(List.of(budget("b", new Window.Lifetime(), Limit.requests(1))));
    var rows =
        List.of(
            row(tenant, 1, NOW, new Spend(1, 1, 1)),
            row(tenant, 2, NOW, new Spend(1, 1, 1)),
            row(tenant, 3, NOW, new Spend(1, 1, 1)));

    var sums =
        new LedgerSums(ledger(rows), TOKENS)
            .of(tenant, policy, policy.budgets().values(), NOW, Map.of("log-1", 1L));

    assertThat(sums).containsValue(1L).hasSize(1);
  }

  @Test
  void sums_randomCallsAndPolicies_areThoseOfEachCall() throws Exception {
    Seeds.check("ledger sums", 30, 2_000, (seed, random) -> compare(random));
  }

  private void compare(RandomGenerator random) throws Exception {
    var tenant = tenant();
    var policy = new Policy(budgets(random));
    var rows = new ArrayList<LedgerRow>();
    for (int i = 1; i <= 300; i++) {
      rows.add(randomRow(tenant, i, random));
    }

    assertThat(sums(tenant, policy, rows)).isEqualTo(new Recounted(policy, TOKENS, NOW).of(rows));
  }

  private static LedgerRow randomRow(String tenant, int position, RandomGenerator random) {
    var spread =
        switch (random.nextInt(4)) {
          case 0 -> Duration.ofMinutes(2);
          case 1 -> Duration.ofHours(3);
          case 2 -> Duration.ofDays(3);
          default -> Duration.ofDays(400);
        };
    var dimensions =
        Dimensions.newBuilder()
            .setTeam(of(random, TEAMS))
            .setUser(of(random, USERS))
            .setEnvironment(of(random, List.of("prod", "dev")))
            .putTags("odd key'\\", of(random, List.of("x", "y")));
    return row(
        tenant,
        position,
        NOW.minusMillis(random.nextLong(spread.toMillis())),
        new Spend(random.nextLong(5_000), random.nextLong(3), random.nextLong(3)),
        random.nextInt(8) == 0,
        "USD",
        dimensions.build());
  }

  private static List<Budget> budgets(RandomGenerator random) {
    var budgets = new ArrayList<Budget>();
    for (int i = 0; i < 7; i++) {
      budgets.add(randomBudget("b" + i, "", window(random), random));
    }
    var parent = budgets.getFirst();
    budgets.add(
        of(
            randomBudget("carved", parent.id(), parent.window(), random),
            new Selector(
                with(parent.selector().equal(), "environment", "dev"),
                parent.selector().except())));
    return budgets;
  }

  private static SequencedMap<String, String> with(
      Map<String, String> map, String key, String value) {
    var more = new TreeMap<>(map);
    more.putIfAbsent(key, value);
    return more;
  }

  private static Budget randomBudget(
      String id, String parent, Window window, RandomGenerator random) {
    var equal = new TreeMap<String, String>();
    var except = new TreeMap<String, String>();
    if (random.nextBoolean()) {
      equal.put("team", of(random, TEAMS));
    }
    if (random.nextInt(3) == 0) {
      equal.put("tags.odd key'\\", "x");
    }
    if (random.nextInt(3) == 0) {
      except.put("user", of(random, USERS));
    }
    var groups = new ArrayList<Dimension>();
    if (random.nextBoolean()) {
      groups.add(Dimension.of("user").orElseThrow());
    }
    if (random.nextInt(3) == 0) {
      groups.add(Dimension.of("environment").orElseThrow());
    }
    var plain = new Budget(id, id, equal, groups, window, limits(random), Instant.EPOCH);
    var ends =
        random.nextInt(3) == 0
            ? NOW.minusMillis(random.nextLong(Duration.ofDays(3).toMillis()))
            : Instant.MAX;
    return of(plain, new Selector(equal, except), random.nextInt(5) == 0, parent, ends);
  }

  private static List<Limit> limits(RandomGenerator random) {
    var limits = new ArrayList<Limit>();
    limits.add(Limit.cost("USD", random.nextBoolean() ? 1_000 : 9_000_000_000_000_000L));
    if (random.nextBoolean()) {
      limits.add(Limit.tokens(1));
    }
    if (random.nextBoolean()) {
      limits.add(Limit.requests(1));
    }
    return limits;
  }

  private static Window window(RandomGenerator random) {
    var zone =
        of(
            random,
            List.of(ZoneId.of("UTC"), ZoneId.of("Europe/Berlin"), ZoneId.of("Asia/Kathmandu")));
    return switch (random.nextInt(3)) {
      case 0 -> new Window.Lifetime();
      case 1 -> new Window.Sliding(Duration.ofSeconds(1 + random.nextLong(300_000)));
      default -> {
        var unit = of(random, List.of(Window.Unit.values()));
        yield new Window.Calendar(unit, zone, 1, 1);
      }
    };
  }

  private static Budget of(Budget budget, Selector selector) {
    return of(budget, selector, budget.fallback(), budget.parentId(), budget.endTime());
  }

  private static Budget of(
      Budget budget, Selector selector, boolean fallback, String parent, Instant endTime) {
    return new Budget(
        budget.id(),
        budget.displayName(),
        selector,
        budget.groupBy(),
        fallback,
        budget.window(),
        budget.limits(),
        budget.thresholds(),
        budget.enforcement(),
        budget.storeAway(),
        budget.holdExpiry(),
        budget.models(),
        budget.contact(),
        parent,
        endTime,
        budget.groupsMax(),
        budget.adjustments(),
        budget.origin());
  }

  private static <T> T of(RandomGenerator random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
