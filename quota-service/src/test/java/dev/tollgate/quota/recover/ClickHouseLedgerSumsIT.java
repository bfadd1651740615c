package dev.tollgate.quota.recover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Lapse;
import dev.tollgate.quota.hold.Reservation;
import dev.tollgate.quota.hold.Seed;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
class ClickHouseLedgerSumsIT extends LedgerSumsContract {
  private static final AtomicInteger TENANTS = new AtomicInteger();
  private static final Counter MONEY =
      new Counter("money", CounterUnit.COST_NANOS, Counter.NO_GROUP, 0, 0);

  private final Stores stores;
  private final TestLedger ledger;

  ClickHouseLedgerSumsIT(Stores stores) {
    this.stores = stores;
    ledger = new TestLedger(stores);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Override
  Ledger ledger(List<LedgerRow> rows) throws Exception {
    ledger.insert(rows);
    return new ClickHouseLedger(ledger.clickHouse, ClickHouseLapses.open(ledger.clickHouse));
  }

  @Override
  String tenant() {
    return stores.tenant() + "-" + TENANTS.incrementAndGet();
  }

  @Test
  void sums_userWasErased_countForTheSurrogate() throws Exception {
    var tenant = tenant();
    var users =
        new Budget(
            "users",
            "Users",
            Map.of(),
            List.of(Dimension.of("user").orElseThrow()),
            new Window.Lifetime(),
            List.of(Limit.requests(1)),
            Instant.EPOCH);
    var policy = new Policy(List.of(users));
    var before =
        sums(
            tenant,
            policy,
            List.of(
                of(tenant, 1, "ada"),
                of(tenant, 2, "ada"),
                of(tenant, 3, "ben"),
                of(tenant, 4, ""),
                of(tenant + "-other", 5, "ada")));

    ledger.erase(tenant, "ada");
    var after = sums(tenant, policy, List.of(of(tenant + "-other", 6, "ben")));

    assertThat(before)
        .isEqualTo(
            Map.of(counter(users, "ada"), 2L, counter(users, "ben"), 1L, counter(users, ""), 1L));
    assertThat(after).hasSize(3).containsValue(2L).doesNotContainKey(counter(users, "ada"));
    assertThat(after).containsEntry(counter(users, "ben"), 1L);
  }

  /// The names stand in another table: to join it must not cost the ledger's key.
  @Test
  void lines_perUser_readTheTenantsRowsOnly() {
    var question =
        new LedgerQuestion(
            tenant(),
            NOW,
            Map.of("log-a", 9L),
            List.of(Dimension.of("user").orElseThrow()),
            List.of(),
            0);
    var statement = new LedgerStatement(question);
    var plan =
        String.join(
            "\n",
            ledger.clickHouse.query(
                "EXPLAIN indexes = 1 " + statement.lines(),
                statement.parameters(),
                row -> row.text("explain")));

    var events = plan.substring(plan.indexOf(".usage_events"));
    assertThat(events).containsSubsequence("PrimaryKey", "tenant_id", "tenant_id in ");
  }

  private static LedgerRow of(String tenant, long position, String user) {
    return row(tenant, position, NOW, new Spend(1, 1, 1), false, "USD", call("search", user));
  }

  private static Counter counter(Budget users, String name) {
    return users.counter(users.limits().getFirst(), List.of(name), NOW);
  }

  @Test
  void sums_callThatWasBackfilled_countsNothing() throws Exception {
    var tenant = tenant();
    var policy = new Policy(List.of(budget("b", new Window.Lifetime(), Limit.requests(1))));
    ledger.insertHistory(
        List.of(
            row(tenant, 1, NOW, new Spend(1, 1, 1)),
            row(tenant, 3, NOW, new Spend(1, 1, 1), true, "USD", call("search", "ada"))));

    var sums = sums(tenant, policy, List.of(row(tenant, 2, NOW, new Spend(1, 1, 1))));

    assertThat(sums).containsValue(1L).hasSize(1);
  }

  @Test
  void lapses_writtenTwice_countOnceUntilTheLedgerHasTheCall() throws Exception {
    var tenant = tenant();
    var settled = row(tenant, 1, NOW, new Spend(3, 0, 0));
    var ledger = ledger(List.of(settled));
    var book = ClickHouseLapses.open(this.ledger.clickHouse);
    var open = TOKENS.open(tenant, row(tenant, 2, NOW, new Spend(3, 0, 0)).token()).orElseThrow();
    book.append(tenant, List.of(lapse(open, 40)));
    book.append(
        tenant,
        List.of(lapse(open, 40), lapse(TOKENS.open(tenant, settled.token()).orElseThrow(), 7)));

    assertThat(ledger.lapsed(tenant, Instant.EPOCH, Map.of())).isEqualTo(Map.of(MONEY, 47L));
    assertThat(ledger.lapsed(tenant, Instant.EPOCH, ledger.positions(tenant)))
        .isEqualTo(Map.of(MONEY, 40L));
    assertThat(ledger.lapsed(tenant, NOW.plusSeconds(1), Map.of())).isEmpty();
    assertThat(ledger.lapsed(tenant(), Instant.EPOCH, Map.of())).isEmpty();
  }

  private static Lapse lapse(Reservation reservation, long amount) {
    return new Lapse(
        reservation.id(),
        reservation.checkTime(),
        reservation.expireTime(),
        reservation.terms(),
        List.of(new Seed(MONEY, amount)));
  }
}
