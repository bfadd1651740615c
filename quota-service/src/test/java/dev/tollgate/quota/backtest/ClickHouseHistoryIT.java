package dev.tollgate.quota.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.backtest.History.Place;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Usual;
import dev.tollgate.quota.check.TestBudget;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.price.TestBooks;
import dev.tollgate.quota.recover.LedgerRow;
import dev.tollgate.quota.recover.TestLedger;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
class ClickHouseHistoryIT {
  private static final Instant START = Instant.parse("2026-03-10T00:30:00Z");
  private static final Instant END = START.plus(Duration.ofDays(30));
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final AtomicInteger TENANTS = new AtomicInteger();

  private final String tenant;
  private final TestLedger ledger;

  ClickHouseHistoryIT(Stores stores) {
    tenant = stores.tenant() + "-" + TENANTS.incrementAndGet();
    ledger = new TestLedger(stores);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void page_afterPage_bringsEveryCallOnceInTheOrderOfChecks() throws Exception {
    var rows = new ArrayList<LedgerRow>();
    var random = new Random(1);
    for (int i = 1; i <= 300; i++) {
      var time = START.plus(Duration.ofMinutes(random.nextInt(400)));
      rows.add(row(tenant, i, time, random.nextBoolean() ? "ada" : "ben", 10, 6));
    }
    rows.add(row(tenant, 301, END, "ada", 10, 6));
    rows.add(row(tenant, 302, START.minusMillis(1), "ada", 10, 6));
    rows.add(row(tenant + "-other", 303, START, "ada", 10, 6));
    ledger.insert(rows);
    var history = new ClickHouseHistory(ledger.clickHouse);
    var question = question(Map.of());

    var hours = history.hours(question);
    var read = new ArrayList<PastCall>();
    var place = new Place(START, "");
    while (true) {
      var page = history.page(question, place, END, 7);
      read.addAll(page);
      if (page.size() < 7) {
        break;
      }
      place = new Place(page.getLast().checkTime(), page.getLast().eventId());
    }

    assertThat(hours.stream().mapToLong(History.Hour::calls).sum()).isEqualTo(300);
    assertThat(hours.getFirst().start()).isEqualTo(Instant.parse("2026-03-10T00:00:00Z"));
    assertThat(read).hasSize(300);
    assertThat(read)
        .isSortedAccordingTo(
            Comparator.comparing(PastCall::checkTime).thenComparing(PastCall::eventId));
    var first = read.getFirst();
    assertThat(first.dimensions().getTagsMap()).containsEntry("run", "r1");
    assertThat(first.dimensions().getProvider()).isEqualTo("p");
    assertThat(first.spend()).isEqualTo(new Spend(80_000, 10, 6));
    assertThat(first.currency()).isEqualTo("USD");
    var adas = rows.stream().filter(row -> row.dimensions().getUser().equals("ada")).count() - 3;
    assertThat(history.page(question(Map.of("user", "ada")), new Place(START, ""), END, 999))
        .hasSize((int) adas);
  }

  @Test
  void page_limitAskedForAndUnknownCost_areTold() {
    insert(
        """
        SELECT {tenant:String}, 'a', 'CHARGE', 1, time, time, 'p', 'm', 'batch', 'USAGE_MISSING', 5,
          77, '' FROM (SELECT toDateTime64('2026-03-11 00:00:00', 3, 'UTC') AS time)
        """,
        Map.of("tenant", tenant));
    var history = new ClickHouseHistory(ledger.clickHouse);

    var call = history.page(question(Map.of()), new Place(START, ""), END, 10).getFirst();

    assertThat(call.requestedOutputTokens()).isEqualTo(77);
    assertThat(call.askedOutputTokens()).isEqualTo(77);
    assertThat(call.unknownCost()).isTrue();
    assertThat(call.spend().costNanos()).isZero();
    assertThat(call.serviceTier()).isEqualTo("batch");
  }

  /* What the numbers must be is worked out from the rows alone. */
  @Test
  void replay_ofTheLedger_deniesWhatBooksKeptByHandDeny() throws Exception {
    var rows = new ArrayList<LedgerRow>();
    var random = new Random(7);
    var time = START.minus(Duration.ofDays(20));
    for (int i = 1; time.isBefore(END); i++) {
      rows.add(
          row(
              tenant,
              i,
              time,
              "u" + random.nextInt(5),
              random.nextInt(2_000),
              random.nextInt(500)));
      time = time.plusMillis(1 + random.nextLong(Duration.ofMinutes(40).toMillis()));
    }
    ledger.insert(rows);
    var limit = 300_000_000L;
    var spent = new HashMap<String, Long>();
    var denied = new HashMap<String, Long>();
    var decided = 0;
    var saved = 0L;
    for (var row : rows) {
      var user = row.dimensions().getUser();
      var key = user + " " + row.time().atZone(BERLIN).getMonth();
      var before = spent.getOrDefault(key, 0L);
      var fits = before + row.spend().costNanos() <= limit || row.spend().costNanos() == 0;
      var isOld = row.time().isBefore(START);
      decided += isOld ? 0 : 1;
      if (fits || isOld) {
        spent.put(key, before + row.spend().costNanos());
      } else {
        denied.merge(user, 1L, Long::sum);
        saved += row.spend().costNanos();
      }
    }

    var budget =
        TestBudget.of("month", Limit.cost("USD", limit))
            .groupBy(100, "user")
            .window(Window.month(BERLIN));
    var found = replay(budget).run().orElseThrow();

    assertThat(saved).isPositive();
    assertThat(found.calls()).isEqualTo(decided);
    assertThat(found.saved()).isEqualTo(Map.of("USD", BigInteger.valueOf(saved)));
    var hits = new HashMap<String, Long>();
    found.budgets().getFirst().hits().forEach(hit -> hits.put(hit.who().user(), hit.denied()));
    assertThat(hits).isEqualTo(denied);
  }

  @Test
  void replay_ofManyCalls_takesPagesAndLittleTime() {
    var calls = Seeds.count(120_000, 2_000_000);
    insert(
        """
        SELECT {tenant:String}, toString(number), 'CHARGE', 1, time, time, 'p', 'm', '', 'PRICED',
          1000000, 0, 'USD' FROM (SELECT number, toDateTime64('2026-03-11 00:00:00', 3, 'UTC')
          + toIntervalMillisecond(toInt64(number) * 1000000000 / {calls:Int64}) AS time
          FROM numbers({calls:UInt64}))
        """,
        Map.of("tenant", tenant, "calls", calls));

    var start = TimeSource.SYSTEM.nanoTime();
    var found =
        replay(
                TestBudget.of("ever", Limit.requests(calls - 5)),
                TestBudget.of("users", Limit.cost("USD", 1_000_000_000_000L)).groupBy(9, "user"),
                TestBudget.of("hour", Limit.tokens(1_000_000_000_000L))
                    .window(new Window.Sliding(Duration.ofHours(1))))
            .run()
            .orElseThrow();
    var millis = (TimeSource.SYSTEM.nanoTime() - start) / 1_000_000;
    System.out.printf("[backtest] %d calls, 3 budgets: %d ms%n", calls, millis);

    assertThat(found.calls()).isEqualTo(calls);
    assertThat(found.denied()).isEqualTo(5);
  }

  private void insert(String select, Map<String, Object> parameters) {
    ledger.clickHouse.execute(
        """
        INSERT INTO usage_events (tenant_id, event_id, entry_kind, sign, event_time, checked_at,
          provider, model, service_tier, charge_status, quota_nanos, requested_max_output_tokens,
          currency)
        """
            + select,
        parameters,
        Map.of());
  }

  private static History.Question question(String tenant, Map<String, String> pins) {
    return new History.Question(
        tenant,
        pins,
        List.of(
            Dimension.of("provider").orElseThrow(),
            Dimension.of("user").orElseThrow(),
            Dimension.of("tags.run").orElseThrow()),
        START,
        END);
  }

  private History.Question question(Map<String, String> pins) {
    return question(tenant, pins);
  }

  private Replay replay(TestBudget... budgets) {
    var made = List.of(budgets).stream().map(TestBudget::made).toList();
    var books = new PriceBooks();
    books.add(TestBooks.book(1), "");
    return new Replay(
        new Backtest(
            tenant,
            Map.of(),
            new Policy(0, made, List.of(), CheckRules.DEFAULT, Map.of()),
            START,
            END),
        new ClickHouseHistory(ledger.clickHouse),
        books,
        Usual.UNKNOWN,
        new Tokens(new Secret("0123456789abcdef0123456789abcdef")),
        (replayed, total) -> true);
  }

  private static LedgerRow row(
      String tenant, int number, Instant time, String user, long input, long output) {
    var dimensions =
        Dimensions.newBuilder().setProvider("p").setModel("m").setUser(user).putTags("run", "r1");
    return new LedgerRow(
        tenant,
        "log-a",
        number,
        time,
        dimensions.build(),
        "",
        false,
        "USD",
        new Spend(input * 2_000 + output * 10_000, input, output));
  }
}
