package dev.tollgate.quota.simulate;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.Contact;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.HoldExpiry;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Models;
import dev.tollgate.quota.budget.Origin;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Selector;
import dev.tollgate.quota.budget.StoreAway;
import dev.tollgate.quota.budget.Thresholds;
import dev.tollgate.quota.budget.Usual;
import dev.tollgate.quota.check.Bases;
import dev.tollgate.quota.check.Checks;
import dev.tollgate.quota.check.Denials;
import dev.tollgate.quota.hold.Applied;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.InMemoryHolds;
import dev.tollgate.quota.hold.LedgerEntry;
import dev.tollgate.quota.hold.LivesFromZero;
import dev.tollgate.quota.hold.Reservation;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.price.TestBooks;
import dev.tollgate.quota.settle.Debits;
import dev.tollgate.quota.simulate.Mutant.Mistake;
import dev.tollgate.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// One seeded run: callers, a network that does its worst, services that crash, a store that does
/// not always answer, a ledger that comes late and twice, budgets that are edited meanwhile.
final class Simulation {
  static final String TENANT = "acme";

  private static final int CALLERS = 8;
  private static final int CALLS = 8;
  private static final Duration BUSY = Duration.ofMinutes(6);
  private static final Duration QUIET = Duration.ofMinutes(8);
  private static final int EXPIRED_PER_CALL = 100;

  final World world;
  final Auditor auditor;
  private final Network network;
  private final Holds store;
  private final Checks checks;
  private final List<LedgerEntry> ledger = new ArrayList<>();
  private Policy policy;
  private long applied;
  private boolean over;

  private Simulation(long seed, Mistake mistake) {
    world = new World(seed);
    network = new Network(world);
    var model = new InMemoryHolds(world.time);
    auditor = new Auditor(world, new Mutant(world, mistake, model), model);
    store = new FlakyHolds(world, auditor);
    policy = policy(1);
    var books = new PriceBooks();
    books.add(TestBooks.book(1), "");
    var tokens = new Tokens(new Secret("0123456789abcdef0123456789abcdef"));
    var heads = model.heads();
    var lives = new LivesFromZero(heads, new Random(seed), () -> policy.counterIds());
    checks =
        new Checks(
            new Bases(
                tenant -> policy,
                (tenant, version) -> CompletableFuture.completedFuture(policy),
                books,
                Usual.UNKNOWN),
            store,
            (tenant, version) -> lives.begin(tenant, version),
            tokens,
            Denials.OFF);
  }

  /// Runs it to its end.
  ///
  /// @throws Auditor.Broken where a promise is broken
  static Simulation run(long seed, Mistake mistake) {
    var simulation = new Simulation(seed, mistake);
    simulation.run();
    return simulation;
  }

  private void run() {
    for (int i = 0; i < CALLERS; i++) {
      var caller = new Caller(this, network, checks, store, i, CALLS);
      world.afterMillis(0, 5_000, caller::call);
    }
    sweep();
    applyLedger();
    world.after(Duration.ofSeconds(20 + world.random.nextInt(60)), network::crash);
    world.after(Duration.ofSeconds(30 + world.random.nextInt(60)), () -> policy = policy(2));
    world.run(BUSY);
    over = true;
    world.run(QUIET);
    auditor.rest();
  }

  /// What a call cost, as the ledger gets to know it: late, and in an order of its own.
  void stream(Reservation reservation, Spend spend) {
    world.afterMillis(
        100,
        world.chance(100) ? 300_000 : 5_000,
        () -> ledger.add(new LedgerEntry.Actual(ledger.size() + 1L, reservation, spend)));
  }

  /// A call that nobody asked about.
  void bypass(Dimensions dimensions, Spend spend) {
    var debits = Debits.of(policy, dimensions, world.time.now(), spend, "USD", Set.of());
    ledger.add(new LedgerEntry.Bypass(ledger.size() + 1L, debits));
  }

  private void applyLedger() {
    var from = world.chance(100) ? 0 : (int) applied;
    if (from < ledger.size()) {
      var to = from + 1 + world.random.nextInt(ledger.size() - from);
      var _ =
          store
              .apply(TENANT, "log-1", policy.version(), List.copyOf(ledger.subList(from, to)))
              .whenComplete((answer, away) -> {
                if (answer instanceof Applied.Done done) {
                  applied = Math.max(applied, done.position());
                }
              });
    }
    if (!over || applied < ledger.size()) {
      world.after(Duration.ofSeconds(3), this::applyLedger);
    }
  }

  private void sweep() {
    var _ =
        store
            .expire(TENANT)
            .whenComplete((count, away) -> {
              if (away == null && count >= EXPIRED_PER_CALL) {
                sweep();
              }
            });
    if (world.time.now().isBefore(Instant.parse("2026-09-01T00:12:00Z"))) {
      world.after(Duration.ofSeconds(2), this::sweep);
    }
  }

  private Policy policy(long version) {
    var random = world.random;
    var budgets = new ArrayList<Budget>();
    for (int i = 0; i < 4; i++) {
      var selector = i == 0 ? Map.<String, String>of() : Map.of("team", "team-" + i % 2);
      var window =
          switch (i) {
            case 0 -> new Window.Lifetime();
            case 1 -> new Window.Calendar(Window.Unit.MINUTE, ZoneOffset.UTC, 1, 1);
            case 2 -> new Window.Sliding(Duration.ofMinutes(1));
            default -> Window.month(ZoneOffset.UTC);
          };
      var limits = new ArrayList<Limit>();
      limits.add(Limit.cost("USD", 2_000_000 + random.nextInt(20_000_000)));
      if (random.nextBoolean()) {
        limits.add(Limit.tokens(2_000 + random.nextInt(5_000)));
      }
      if (random.nextBoolean()) {
        limits.add(Limit.requests(5 + random.nextInt(20)));
      }
      budgets.add(budget("b" + i, selector, i == 3 ? "user" : "", window, limits, i));
    }
    return new Policy(version, budgets, List.of(), CheckRules.DEFAULT, Map.of());
  }

  private static Budget budget(
      String id,
      Map<String, String> selector,
      String groupBy,
      Window window,
      List<Limit> limits,
      int number) {
    return new Budget(
        id,
        id,
        Selector.of(selector),
        groupBy.isEmpty() ? List.of() : List.of(Dimension.of(groupBy).orElseThrow()),
        false,
        window,
        limits,
        Thresholds.DEFAULT,
        Enforcement.HARD,
        StoreAway.DENY,
        number == 1
            ? HoldExpiry.CHARGE_INPUT
            : number == 2 ? HoldExpiry.RELEASE : HoldExpiry.CHARGE_HOLD,
        Models.ANY,
        Contact.NONE,
        "",
        Instant.MAX,
        Budget.GROUPS_DEFAULT,
        List.of(),
        Origin.made(Instant.EPOCH, Map.of()));
  }
}
