package dev.tollgate.ingest.reprice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.attribute.RuleOrder;
import dev.tollgate.ingest.attribute.TestRules;
import dev.tollgate.ingest.encode.EntryPart.Kind;
import dev.tollgate.ingest.ledger.InMemoryLedger;
import dev.tollgate.ingest.ledger.Selection;
import dev.tollgate.ingest.ledger.StoredEntry;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.AttributionMove;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.seed.Seeds;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random calls, rules, closed periods and crashes: in the end each value of a dimension has what
/// one would give it who reads the rules call by call, and the sum of all has not moved.
class ReattributionPropertyTest {
  private static final String TENANT = "acme";
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant BEGIN = Instant.parse("2026-08-20T00:00:00Z");
  private static final int HOURS = 60;
  private static final int EVENTS = 150;
  private static final PriceStack BOOK =
      PriceStack.of(new TestBook(1, "USD").model("m", 100, START, 300).book());

  @TempDir Path dir;
  private int crashes;
  private int moved;

  @Test
  void reattribution_anyRulesClosingsAndCrashes_equalsReadingTheRules() {
    Seeds.check(
        "reattribution",
        3,
        60,
        (seed, random) -> new World(Files.createDirectory(dir.resolve("s" + seed)), random).live());

    System.out.printf("[reattribute] %d crashes, %d events moved%n", crashes, moved);
    if (Long.getLong("seed") == null) {
      assertThat(crashes).isPositive();
      assertThat(moved).isPositive();
    }
  }

  /// A rule as the test reads it: calls of this key get this team and plan.
  private record Plain(String key, String team, String plan) {
    Dimensions.Builder apply(Dimensions.Builder call) {
      if (call.getTeam().isEmpty()) {
        call.setTeam(team);
      }
      if (call.getPlan().isEmpty()) {
        call.setPlan(plan);
      }
      return call;
    }
  }

  /// One seed's ledger, and what it ought to say.
  private final class World {
    private final Path home;
    private final RandomGenerator random;
    private final InMemoryLedger ledger = new InMemoryLedger();
    private final Map<Facts, Dimensions> stated = new LinkedHashMap<>();
    private final Map<Facts, Dimensions> expected = new LinkedHashMap<>();
    private Machine machine;
    private Instant closed = Instant.EPOCH;

    World(Path home, RandomGenerator random) throws Exception {
      this.home = home;
      this.random = random;
      this.machine = Machine.start(home, ledger);
    }

    void live() throws Exception {
      try {
        for (int i = 0; i < EVENTS; i++) {
          var event = event(i);
          var dimensions = dimensions();
          stated.put(event, dimensions);
          expected.put(event, dimensions);
          machine.append(List.of(event.attributed(BOOK, dimensions)));
        }
        for (int round = 1; round <= 4; round++) {
          reattributeAndCheck(round, rules());
          var until = START.plus(Duration.ofMinutes(random.nextInt(HOURS * 60)));
          closed = random.nextBoolean() && until.isAfter(closed) ? until : closed;
        }
      } finally {
        machine.close();
      }
    }

    private void reattributeAndCheck(int round, List<Plain> rules) throws Exception {
      var hours = random.nextBoolean() ? HOURS : HOURS / 2;
      var selection = new Selection(START, START.plus(Duration.ofHours(hours)), "", "");
      var reviser = new Attributing(order(rules));
      var dry = run(new RepricingJob(TENANT, "dry", selection, true, BEGIN), reviser, false);
      var before = sums(Dimensions::getTeam);

      var tally =
          run(new RepricingJob(TENANT, "job-" + round, selection, false, BEGIN), reviser, true);

      stated.forEach((event, dimensions) -> {
        if (event.time().isBefore(selection.until())) {
          expected.put(event, read(rules, dimensions));
        }
      });
      var after = check();
      assertThat(tally.moves()).isEqualTo(dry.moves());
      assertThat(tally.totals()).isEmpty();
      assertThat(changed(before, tally.moves())).isEqualTo(after);
      moved += (int) tally.progress().getEventsReattributed();

      var rows = ledger.entries(TENANT).size();
      var again = run(new RepricingJob(TENANT, "again", selection, false, BEGIN), reviser, true);
      assertThat(again.moves()).isEmpty();
      assertThat(ledger.entries(TENANT)).hasSize(rows);
    }

    private Map<String, Long> check() {
      var byTeam = new TreeMap<String, Long>();
      var byPlan = new TreeMap<String, Long>();
      expected.forEach((event, dimensions) -> {
        var picos = event.charge(BOOK).cost().value();
        byTeam.merge(dimensions.getTeam(), picos, Long::sum);
        byPlan.merge(dimensions.getPlan(), picos, Long::sum);
      });
      byTeam.values().removeIf(sum -> sum == 0);
      byPlan.values().removeIf(sum -> sum == 0);
      assertThat(sums(Dimensions::getTeam)).isEqualTo(byTeam);
      assertThat(sums(Dimensions::getPlan)).isEqualTo(byPlan);
      assertThat(ledger.entries(TENANT).stream().mapToInt(ReattributionPropertyTest::sign).sum())
          .isEqualTo(EVENTS);
      return byTeam;
    }

    /// Crashes and goes on until it has come to its end.
    private Tally run(RepricingJob job, Reviser reviser, boolean mayCrash) throws Exception {
      while (true) {
        var tally = Machine.tally();
        var isLast = !mayCrash || random.nextInt(3) == 0;
        if (machine.run(job, reviser, closed, isLast ? () -> true : interrupted(), tally)) {
          return tally;
        }
        crashes++;
        machine.close();
        ledger.failNext(random.nextInt(3));
        machine = Machine.start(home, ledger);
      }
    }

    /// Lets it go on for a while; in the last part of that nothing leaves the log any more.
    private BooleanSupplier interrupted() {
      var stop = 1 + random.nextInt(200);
      var stopWriting = stop - random.nextInt(40);
      var calls = new int[1];
      return () -> {
        calls[0]++;
        if (calls[0] == stopWriting) {
          machine.stopWriting();
        }
        return calls[0] < stop;
      };
    }

    private Map<String, Long> sums(Function<Dimensions, String> value) {
      var sums = new TreeMap<String, Long>();
      for (var entry : ledger.entries(TENANT)) {
        var picos = entry.booked().costPicos() * sign(entry);
        sums.merge(value.apply(entry.attribution().dimensions()), picos, Long::sum);
      }
      sums.values().removeIf(sum -> sum == 0);
      return sums;
    }

    private Facts event(int number) {
      var time = START.plusMillis(random.nextLong(Duration.ofHours(HOURS).toMillis()));
      return new Facts(
          TENANT, "e" + number, time, "m", false, true, Map.of("input", random.nextLong(100_000)));
    }

    private Dimensions dimensions() {
      var dimensions = Dimensions.newBuilder().setModel("m").setProvider("openai").setApiKey(key());
      if (random.nextInt(4) == 0) {
        dimensions.setTeam("team-" + random.nextInt(3));
      }
      return random.nextInt(4) == 0 ? dimensions.setPlan("own").build() : dimensions.build();
    }

    private String key() {
      return "k" + random.nextInt(6);
    }

    private List<Plain> rules() {
      var rules = new ArrayList<Plain>();
      for (int i = random.nextInt(6); i > 0; i--) {
        rules.add(new Plain(key(), "team-" + random.nextInt(3), "plan-" + random.nextInt(2)));
      }
      return rules;
    }
  }

  private static RuleOrder order(List<Plain> rules) {
    var order = new TestRules();
    for (var rule : rules) {
      order.rule(
          rule.team(),
          Map.of("api_key", rule.key()),
          Map.of("team", rule.team(), "plan", rule.plan()));
    }
    return order.order();
  }

  private static Dimensions read(List<Plain> rules, Dimensions stated) {
    return rules.stream()
        .filter(rule -> rule.key().equals(stated.getApiKey()))
        .findFirst()
        .map(rule -> rule.apply(stated.toBuilder()).build())
        .orElse(stated);
  }

  /// What teams have after these moves.
  private static Map<String, Long> changed(Map<String, Long> before, List<AttributionMove> moves) {
    var after = new TreeMap<>(before);
    for (var move : moves) {
      if (move.getDimension().equals("team")) {
        var picos = new BigDecimal(move.getCost().getAmount()).unscaledValue().longValueExact();
        after.merge(move.getOldValue(), -picos, Long::sum);
        after.merge(move.getNewValue(), picos, Long::sum);
      }
    }
    after.values().removeIf(sum -> sum == 0);
    return after;
  }

  private static int sign(StoredEntry entry) {
    return entry.kind() == Kind.REVERSAL ? -1 : 1;
  }
}
