package dev.tollgate.ingest.reprice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.encode.Booked;
import dev.tollgate.ingest.encode.EntryPart.Kind;
import dev.tollgate.ingest.ledger.InMemoryLedger;
import dev.tollgate.ingest.ledger.Selection;
import dev.tollgate.ingest.ledger.StoredEntry;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.seed.Seeds;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random events, price changes, closed periods and crashes: in the end the ledger says what one
/// would say that rates every event from scratch.
class RepricingPropertyTest {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant BEGIN = Instant.parse("2026-08-20T00:00:00Z");
  private static final List<String> TENANTS = List.of("acme", "globex");
  private static final List<String> MODELS = List.of("m-1", "m-2", "n-1", "unheard-of");
  private static final int HOURS = 60;
  private static final int EVENTS = 200;

  @TempDir Path dir;
  private int crashes;
  private int corrected;
  private int moved;

  @Test
  void repricing_anyPricesClosingsAndCrashes_equalsRatingFromScratch() {
    Seeds.check(
        "repricing",
        3,
        60,
        (seed, random) -> new World(Files.createDirectory(dir.resolve("s" + seed)), random).live());

    System.out.printf(
        "[reprice] %d crashes, %d corrections, %d moved%n", crashes, corrected, moved);
    if (Long.getLong("seed") == null) {
      assertThat(crashes).isPositive();
      assertThat(corrected).isPositive();
      assertThat(moved).isPositive();
    }
  }

  /// One seed's ledger, and what it ought to say.
  private final class World {
    private final Path home;
    private final RandomGenerator random;
    private final InMemoryLedger ledger = new InMemoryLedger();
    private final List<Facts> events = new ArrayList<>();
    private final Map<Facts, Booked> expected = new LinkedHashMap<>();
    private Machine machine;
    private Instant closed = Instant.EPOCH;
    private Map<String, BigInteger> closedSums = Map.of();

    World(Path home, RandomGenerator random) throws Exception {
      this.home = home;
      this.random = random;
      this.machine = Machine.start(home, ledger);
    }

    void live() throws Exception {
      try {
        var first = book(1);
        for (int i = 0; i < EVENTS; i++) {
          events.add(event(i));
          expected.put(events.getLast(), Booked.of(events.getLast().charge(PriceStack.of(first))));
        }
        machine.append(events.stream().map(event -> event.logged(PriceStack.of(first))).toList());
        for (int round = 2; round <= 4; round++) {
          var book = PriceStack.of(random.nextInt(4) == 0 ? first.withVersion(round) : book(round));
          repriceAndCheck(round, book);
          maybeClose();
        }
      } finally {
        machine.close();
      }
    }

    private void repriceAndCheck(int round, PriceStack book) throws Exception {
      var tenant = random.nextInt(3) == 0 ? "" : TENANTS.get(random.nextInt(2));
      var selection = selection();
      var job = new RepricingJob(tenant, "job-" + round, selection, false, BEGIN);
      settle();
      var before = sums(_ -> true);
      var dry = runToTheEnd(new RepricingJob(tenant, "dry", selection, true, BEGIN), book, false);
      assertThat(sums(_ -> true)).isEqualTo(before);

      var tally = runToTheEnd(job, book, true);

      events.stream()
          .filter(event -> isIn(event, job))
          .forEach(event -> {
            var now = Booked.of(event.charge(book));
            if (!now.sameMoneyAs(Objects.requireNonNull(expected.get(event)))) {
              expected.put(event, now);
            }
          });
      check(before, tally);
      assertThat(tally.deltas()).isEqualTo(dry.deltas());
      assertThat(sums(entry -> entry.countedTime().isBefore(closed))).isEqualTo(closedSums);

      var rows = rows();
      var again = new RepricingJob(tenant, "again-" + round, selection, false, BEGIN);
      var second = runToTheEnd(again, book, true);
      assertThat(rows()).isEqualTo(rows);
      assertThat(second.deltas()).isEmpty();
      assertThat(second.progress().getRowsAppended()).isZero();
    }

    /// Crashes and goes on until it has come to its end.
    private Tally runToTheEnd(RepricingJob job, PriceStack book, boolean mayCrash)
        throws Exception {
      while (true) {
        var tally = Machine.tally();
        var isLast = !mayCrash || random.nextInt(3) == 0;
        if (machine.run(
            job, new Rating(book), closed, isLast ? () -> true : interrupted(), tally)) {
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

    /// Lets everything that was appended reach the ledger.
    private void settle() throws Exception {
      var nothing = new Selection(START.minusSeconds(2), START.minusSeconds(1), "", "");
      var done =
          machine.run(
              new RepricingJob("acme", "settle", nothing, true, BEGIN),
              new Rating(PriceStack.of(book(1))),
              closed,
              () -> true,
              Machine.tally());
      assertThat(done).isTrue();
    }

    private void check(Map<String, BigInteger> before, Tally tally) {
      var wanted = new TreeMap<String, BigInteger>();
      expected.values().forEach(booked -> add(wanted, booked.currency(), booked.costPicos(), 1));
      wanted.values().removeIf(sum -> sum.signum() == 0);
      assertThat(sums(_ -> true)).isEqualTo(wanted);

      var deltas = new TreeMap<>(wanted);
      before.forEach((currency, sum) -> deltas.merge(currency, sum.negate(), BigInteger::add));
      deltas.values().removeIf(sum -> sum.signum() == 0);
      assertThat(picos(tally.totals())).isEqualTo(deltas);

      var latest = new HashMap<String, StoredEntry>();
      var unpriced = 0;
      var count = 0;
      for (var entry : all()) {
        latest.merge(key(entry), entry, (a, b) -> a.seq() > b.seq() ? a : b);
        count += sign(entry);
        unpriced += entry.booked().status().isUnknown() ? sign(entry) : 0;
      }
      assertThat(count).isEqualTo(EVENTS);
      expected.forEach((event, booked) ->
          assertThat(Objects.requireNonNull(latest.get(event.eventId() + event.time())).booked())
              .matches(booked::sameMoneyAs, "says " + booked));
      var unknown = expected.values().stream().filter(it -> it.status().isUnknown()).count();
      assertThat((long) unpriced)
          .as("a sum may say too often that it is a lower bound, never too seldom")
          .isGreaterThanOrEqualTo(unknown);
      if (closed.equals(Instant.EPOCH)) {
        assertThat((long) unpriced).isEqualTo(unknown);
      }
      assertThat(unpricedByPlace().values())
          .as("no place loses an unpriced event that lies elsewhere")
          .allMatch(sum -> sum >= 0);
      corrected += all().stream().filter(entry -> entry.kind() == Kind.ADJUST).toList().size();
      moved +=
          all().stream()
              .filter(entry -> !entry.countedTime().equals(entry.eventTime()))
              .toList()
              .size();
    }

    private Map<String, Integer> unpricedByPlace() {
      var sums = new TreeMap<String, Integer>();
      for (var entry : all()) {
        if (entry.booked().status().isUnknown()) {
          var place = entry.countedTime() + " " + entry.call().model();
          sums.merge(place, sign(entry), Integer::sum);
        }
      }
      return sums;
    }

    private void maybeClose() {
      if (random.nextInt(2) == 0) {
        var until = START.plus(Duration.ofMinutes(random.nextInt(HOURS * 60)));
        closed = until.isAfter(closed) ? until : closed;
        closedSums = sums(entry -> entry.countedTime().isBefore(closed));
      }
    }

    private Selection selection() {
      var from = START.plus(Duration.ofMinutes(random.nextInt(HOURS * 30)));
      var isAll = random.nextBoolean();
      return new Selection(
          isAll ? START : from,
          START.plus(Duration.ofHours(isAll ? HOURS : HOURS - 10)),
          random.nextBoolean() ? "" : "openai",
          List.of("", "m-*", "*-1", "unheard-of").get(random.nextInt(4)));
    }

    private boolean isIn(Facts event, RepricingJob job) {
      var selection = job.selection();
      return (job.tenant().isEmpty() || job.tenant().equals(event.tenant()))
          && !event.time().isBefore(selection.from())
          && event.time().isBefore(selection.until())
          && switch (selection.modelPattern()) {
            case "m-*" -> event.model().startsWith("m-");
            case "*-1" -> event.model().endsWith("-1");
            case "unheard-of" -> event.model().equals("unheard-of");
            default -> true;
          };
    }

    private Facts event(int number) {
      return new Facts(
          TENANTS.get(random.nextInt(2)),
          "e" + number,
          START.plusMillis(random.nextLong(Duration.ofHours(HOURS).toMillis())),
          MODELS.get(random.nextInt(4)),
          random.nextInt(10) == 0,
          random.nextInt(10) > 0,
          random.nextInt(10) == 0
              ? Map.of("web_search", 3L)
              : Map.of("input", random.nextLong(100_000), "output", random.nextLong(9_000)));
    }

    /// Knows each model, or does not; another currency now and then.
    private PriceBook book(int version) {
      var book = new TestBook(version, random.nextInt(5) == 0 ? "EUR" : "USD");
      for (var model : MODELS) {
        if (random.nextInt(4) > 0) {
          var change = START.plus(Duration.ofMinutes(random.nextInt(HOURS * 60)));
          book.model(model, random.nextInt(1_000), change, random.nextInt(1_000));
        }
      }
      return book.model("always", 1, START, 2).book();
    }

    private List<StoredEntry> all() {
      return TENANTS.stream().flatMap(tenant -> ledger.entries(tenant).stream()).toList();
    }

    private int rows() {
      return all().size();
    }

    private Map<String, BigInteger> sums(Predicate<StoredEntry> filter) {
      var sums = new TreeMap<String, BigInteger>();
      for (var entry : all()) {
        if (filter.test(entry)) {
          add(sums, entry.booked().currency(), entry.booked().costPicos(), sign(entry));
        }
      }
      sums.values().removeIf(sum -> sum.signum() == 0);
      return sums;
    }
  }

  private static String key(StoredEntry entry) {
    return entry.eventId() + entry.eventTime();
  }

  private static void add(Map<String, BigInteger> sums, String currency, long picos, int sign) {
    sums.merge(currency, BigInteger.valueOf(picos * sign), BigInteger::add);
  }

  private static int sign(StoredEntry entry) {
    return entry.kind() == Kind.REVERSAL ? -1 : 1;
  }

  private static Map<String, BigInteger> picos(List<Money> amounts) {
    var picos = new TreeMap<String, BigInteger>();
    for (var amount : amounts) {
      picos.put(amount.getCurrencyCode(), new BigDecimal(amount.getAmount()).unscaledValue());
    }
    picos.values().removeIf(sum -> sum.signum() == 0);
    return picos;
  }
}
