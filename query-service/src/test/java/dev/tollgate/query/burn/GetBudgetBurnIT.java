package dev.tollgate.query.burn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.budget.v1.Adjustment;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.BudgetBurnRow;
import dev.tollgate.proto.query.v1.BudgetUnit;
import dev.tollgate.proto.query.v1.GetBudgetBurnRequest;
import dev.tollgate.proto.query.v1.GetBudgetBurnResponse;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.query.quota.QuotaClient;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GetBudgetBurnIT {
  private static final Instant NOW = MadeBurn.NOW;
  private static final Duration YEARS_10 = Duration.ofDays(3_653);

  private final TestLedger ledger;
  private final String tenant;
  private final Answering answering;
  private final MadeBudgets quota = new MadeBudgets();
  private final Server server;
  private final ManagedChannel channel;
  private final List<MadeCharge> charges;
  private GetBudgetBurnRpc rpc;

  GetBudgetBurnIT(Stores stores) throws Exception {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    var tokens = new PageTokens(new Secret("key"));
    this.answering = new Answering(ledger.clickHouse(), limits, tokens, new FakeTime(NOW));
    this.charges = MadeBurn.charges(tenant);
    this.server =
        InProcessServerBuilder.forName(tenant).directExecutor().addService(quota).build().start();
    this.channel = InProcessChannelBuilder.forName(tenant).directExecutor().build();
    this.rpc = rpc();
  }

  private GetBudgetBurnRpc rpc() {
    return new GetBudgetBurnRpc(answering, new QuotaClient(any -> channel));
  }

  /// Neighbours' calls are the same, so that a leak would move every figure.
  @BeforeAll
  void fill() throws Exception {
    ledger.insertEntries(charges.stream().map(MadeCharge::row).toList());
    for (var neighbour : Scale.neighbours(tenant)) {
      ledger.insertEntries(MadeBurn.charges(neighbour).stream().map(MadeCharge::row).toList());
    }
  }

  @BeforeEach
  void budgets() {
    MadeBurn.budgets()
        .forEach(each -> quota.budgets.put(each.budget().getBudgetId(), each.budget()));
  }

  @AfterEach
  void forget() {
    quota.budgets.clear();
    quota.asked.clear();
    quota.away = false;
    quota.countersAway = false;
    rpc = rpc();
  }

  @AfterAll
  void close() {
    channel.shutdownNow();
    server.shutdownNow();
    ledger.close();
  }

  private Caller caller(Map<String, String> pins) {
    return new Caller("key", Set.of(Role.ROLE_READER), tenant, pins);
  }

  private GetBudgetBurnResponse ask(GetBudgetBurnRequest.Builder request) {
    return rpc.answer(request.build(), caller(Map.of()));
  }

  private GetBudgetBurnResponse all() {
    return ask(GetBudgetBurnRequest.newBuilder().setPageSize(100));
  }

  private List<BudgetBurnRow> rows(String id) {
    return ask(GetBudgetBurnRequest.newBuilder().addBudgetIds(id)).getRowsList();
  }

  @Test
  void burn_everyKindOfWindowUnitAndSelector_isWhatTheChargesAddUpTo() {
    var answer = all();

    for (var expected : MadeBurn.budgets()) {
      var id = expected.budget().getBudgetId();
      var rows = answer.getRowsList().stream().filter(row -> row.getBudgetId().equals(id)).toList();
      if (expected.budget().getGroupByCount() == 0) {
        assertThat(rows).as(id).hasSize(expected.budget().getLimitsCount());
        for (var i = 0; i < rows.size(); i++) {
          check(rows.get(i), new RecomputedBurn(expected, expected.budget().getLimits(i), charges));
        }
      }
    }
    assertThat(answer.getRowsList().stream().map(BudgetBurnRow::getBudgetId))
        .isSortedAccordingTo(Comparator.naturalOrder());
    assertThat(answer.getBudgetsMayBeOld()).isFalse();
    assertThat(answer.getBasis().getCurrencyCodesList()).containsExactly("EUR", "USD");
    assertThat(answer.getBasis().getLowerBound()).isTrue();
  }

  @Test
  void burn_groups_areThe10ThatUsedMostByTheFirstLimit() {
    var expected =
        MadeBurn.budgets().stream()
            .filter(each -> each.budget().getGroupByCount() > 0)
            .findFirst()
            .orElseThrow();
    var byUser = charges.stream().collect(Collectors.groupingBy(charge -> charge.value("user")));
    var first = expected.budget().getLimits(0);
    var users =
        byUser.keySet().stream()
            .sorted(
                Comparator.comparing((String user) -> consumed(expected, first, byUser, user))
                    .reversed())
            .limit(10)
            .toList();

    var rows = rows("users");

    assertThat(rows).hasSize(20);
    for (var limit = 0; limit < 2; limit++) {
      for (var i = 0; i < 10; i++) {
        var row = rows.get(limit * 10 + i);
        assertThat(row.getGroupList()).containsExactly(users.get(i));
        assertThat(row.getGroups()).isEqualTo(14);
        check(
            row,
            new RecomputedBurn(
                expected,
                expected.budget().getLimits(limit),
                byUser.getOrDefault(users.get(i), List.of())));
      }
    }
    assertThat(quota.asked.stream().map(each -> each.getGroup(0))).containsExactlyElementsOf(users);
  }

  private static BigInteger consumed(
      MadeBurn.Expected expected, Limit limit, Map<String, List<MadeCharge>> byUser, String user) {
    return new RecomputedBurn(expected, limit, byUser.getOrDefault(user, List.of())).consumed();
  }

  private static void check(BudgetBurnRow row, RecomputedBurn recomputed) {
    var as = row.getBudgetId() + " " + row.getUnit() + " " + row.getGroupList();
    assertThat(row.getFailure()).as(as).isEmpty();
    assertThat(row.getConsumed()).as(as).isEqualTo(recomputed.text(recomputed.consumed()));
    assertThat(row.getSettled()).as(as).isEqualTo(live(row, 0));
    assertThat(row.getHeld()).as(as).isEqualTo(live(row, 1));
    assertThat(row.getDebt()).as(as).isEqualTo(live(row, 2));
    var isMoney = row.getUnit() == BudgetUnit.BUDGET_UNIT_COST;
    assertThat(row.getUnpricedCalls()).as(as).isEqualTo(isMoney ? recomputed.unpriced() : 0);
    var end = recomputed.expected.end();
    assertThat(row.hasWindowEndTime()).as(as).isEqualTo(!end.equals(Instant.EPOCH));
    if (row.hasWindowEndTime()) {
      assertThat(row.getWindowEndTime()).as(as).isEqualTo(Times.timestamp(end));
    }
    if (row.hasWindowStartTime()) {
      assertThat(row.getWindowStartTime())
          .as(as)
          .isEqualTo(Times.timestamp(recomputed.expected.start()));
    } else {
      assertThat(recomputed.expected.start()).as(as).isEqualTo(Instant.EPOCH);
    }
    var available = Double.parseDouble(row.getAvailable());
    var used = Double.parseDouble(row.getConsumed());
    assertThat(row.getConsumedShare()).as(as).isCloseTo(used / available, within(1e-12));
    if (recomputed.expected.step() == ChronoUnit.FOREVER) {
      assertThat(row.getDailyRate() + row.getForecast() + row.getForecastLow()).as(as).isEmpty();
      return;
    }
    ahead(row, recomputed, isMoney ? 1e9 : 1, as);
    days(row, recomputed, isMoney ? 1e9 : 1, as);
  }

  private static String live(BudgetBurnRow row, int number) {
    var live = MadeBudgets.LIVE.get(number);
    return row.getUnit() == BudgetUnit.BUDGET_UNIT_COST ? live + ".000000000" : "" + live;
  }

  private static void ahead(BudgetBurnRow row, RecomputedBurn recomputed, double unit, String as) {
    close(row.getDailyRate(), recomputed.dailyRate() / unit, unit, as);
    var isLifetime = recomputed.expected.start().equals(Instant.EPOCH);
    var end = isLifetime ? NOW.plus(YEARS_10) : recomputed.expected.end();
    var used = new BigDecimal(row.getConsumed());
    var left = new BigDecimal(row.getAvailable()).subtract(used).doubleValue() * unit;
    var days = end.equals(Instant.EPOCH) ? Double.NaN : recomputed.daysLeft(left, end);
    assertThat(row.hasDaysLeft()).as(as).isEqualTo(!Double.isNaN(days));
    assertThat(row.hasExhaustionTime()).as(as).isEqualTo(row.hasDaysLeft());
    if (row.hasDaysLeft()) {
      assertThat(row.getDaysLeft()).as(as).isCloseTo(days, within(2e-5));
    }
    if (!row.hasWindowEndTime()) {
      assertThat(row.getForecast()).as(as).isEmpty();
      return;
    }
    var more = recomputed.more(end) / unit;
    close(row.getForecast(), used.doubleValue() + more, unit, as);
    var tested = recomputed.tested();
    assertThat(row.getBacktests()).as(as).isEqualTo(tested.tries()).isBetween(10, 56);
    assertThat(row.getBacktestError()).as(as).isCloseTo(tested.error(), within(1e-9));
    var tenth = (tested.ratios().size() - 1) / 10;
    var ratios = tested.ratios();
    close(row.getForecastLow(), used.doubleValue() + more * ratios.get(tenth), unit, as);
    close(
        row.getForecastHigh(),
        used.doubleValue() + more * ratios.get(ratios.size() - 1 - tenth),
        unit,
        as);
  }

  /* To a whole unit, of money a billionth. */
  private static void close(String text, double expected, double unit, String as) {
    assertThat(Double.parseDouble(text))
        .as(as)
        .isCloseTo(expected, within(1e-9 * Math.abs(expected) + 0.51 / unit));
  }

  private static void days(BudgetBurnRow row, RecomputedBurn recomputed, double unit, String as) {
    var start = recomputed.expected.start();
    var isMonth =
        row.hasWindowEndTime() && Duration.between(start, recomputed.expected.end()).toDays() > 27;
    assertThat(row.hasMostByDay20()).as(as).isEqualTo(isMonth);
    if (isMonth) {
      var available = Double.parseDouble(row.getAvailable()) * unit;
      assertThat(row.getMostByDay20()).as(as).isEqualTo(recomputed.mostByDay20(available));
    }
    var inDays = recomputed.expected.step() == ChronoUnit.DAYS && !start.equals(Instant.EPOCH);
    var variation = inDays ? recomputed.variation() : Double.NaN;
    assertThat(row.hasDailyVariation()).as(as).isEqualTo(!Double.isNaN(variation));
    if (row.hasDailyVariation()) {
      assertThat(row.getDailyVariation()).as(as).isCloseTo(variation, within(1e-9));
      assertThat(row.getSteady()).as(as).isEqualTo(variation < 0.03);
    }
  }

  private Budget budget(String id) {
    return Objects.requireNonNull(quota.budgets.get(id));
  }

  @Test
  void burn_adjustmentsAndParts_changeWhatIsAvailable() {
    var parent =
        budget("parent").toBuilder()
            .addAdjustments(adjustment("50", false, NOW.minusSeconds(60), NOW.plusSeconds(60)))
            .addAdjustments(adjustment("20", true, NOW.minusSeconds(60), NOW.plusSeconds(60)))
            .addAdjustments(adjustment("1000", false, NOW.minusSeconds(60), NOW))
            .build();
    var part =
        budget("part").toBuilder()
            .addAdjustments(adjustment("5", false, NOW.minusSeconds(60), NOW))
            .build();
    quota.budgets.put("parent", parent);
    quota.budgets.put("part", part);

    assertThat(rows("parent").getFirst().getAvailable()).isEqualTo("365.000000000");
    assertThat(rows("parent").getFirst().getLimit()).isEqualTo("400.000000000");
  }

  private static Adjustment adjustment(String amount, boolean less, Instant from, Instant to) {
    return Adjustment.newBuilder()
        .setAmount(MadeBurn.money("USD", amount))
        .setNegative(less)
        .setStartTime(Times.timestamp(from))
        .setEndTime(Times.timestamp(to))
        .build();
  }

  @Test
  void burn_pages_haveEachBudgetOnce() {
    var ids = new ArrayList<String>();
    var request = GetBudgetBurnRequest.newBuilder().setPageSize(3);
    do {
      var page = ask(request);
      page.getRowsList().stream().map(BudgetBurnRow::getBudgetId).distinct().forEach(ids::add);
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());

    assertThat(ids).containsExactlyElementsOf(quota.budgets.keySet());
  }

  @Test
  void burn_pinnedCaller_seesBudgetsWithinThePinsOnly() {
    var pinned = caller(Map.of("team", "b"));

    var answer = rpc.answer(GetBudgetBurnRequest.getDefaultInstance(), pinned);

    assertThat(answer.getRowsList().stream().map(BudgetBurnRow::getBudgetId))
        .containsExactly("parent", "part");
    var hidden = GetBudgetBurnRequest.newBuilder().addBudgetIds("berlin").build();
    assertReason(Reason.BUDGET_UNKNOWN, () -> rpc.answer(hidden, pinned));
  }

  @Test
  void burn_countersAway_isToldFromTheLedger() {
    var with = rows("berlin");
    quota.countersAway = true;

    var without = rows("berlin");

    assertThat(without)
        .extracting(BudgetBurnRow::getConsumed)
        .isEqualTo(with.stream().map(BudgetBurnRow::getConsumed).toList());
    assertThat(without)
        .allSatisfy(row -> {
          assertThat(row.getLiveFailure()).isEqualTo("STORE_UNAVAILABLE");
          assertThat(row.getSettled() + row.getHeld() + row.getDebt()).isEmpty();
        });
  }

  @Test
  void burn_quotaAway_isToldOfBudgetsAsTheyWereSeenLast() {
    var seen = all();
    quota.away = true;
    quota.asked.clear();

    var answer = all();

    assertThat(answer.getBudgetsMayBeOld()).isTrue();
    assertThat(answer.getRowsList())
        .extracting(BudgetBurnRow::getForecast)
        .isEqualTo(seen.getRowsList().stream().map(BudgetBurnRow::getForecast).toList());
    assertThat(answer.getRowsList())
        .allSatisfy(row -> assertThat(row.getLiveFailure()).isEqualTo("SERVICE_UNAVAILABLE"));
    assertThat(quota.asked).hasSize(1);
  }

  @Test
  void burn_quotaNeverSeen_isUnavailable() {
    quota.away = true;

    assertReason(Reason.SERVICE_UNAVAILABLE, this::all);
  }

  @Test
  void burn_oneBudgetTooLarge_saysSoAndTheOthersAnswer() {
    IntStream.range(0, 101)
        .mapToObj(i -> budget("hour").toBuilder().setBudgetId("z" + i).build())
        .forEach(budget -> quota.budgets.put(budget.getBudgetId(), budget));

    var failed = rows("rest");
    var fine = rows("week");

    assertThat(failed).hasSize(1);
    assertThat(failed.getFirst().getFailure()).isEqualTo("QUERY_TOO_LARGE");
    assertThat(failed.getFirst().getFailureMessage()).contains("100 budgets");
    assertThat(failed.getFirst().getConsumed()).isEmpty();
    assertThat(fine.getFirst().getFailure()).isEmpty();
  }

  @Test
  void burn_badRequest_isRefused() {
    assertReason(Reason.BUDGET_UNKNOWN, () -> rows("nobody"));
    assertReason(Reason.FIELD_INVALID, () -> rows("x' OR 1 = 1"));
    assertReason(
        Reason.FIELD_INVALID,
        () -> ask(GetBudgetBurnRequest.newBuilder().addBudgetIds("week").addBudgetIds("week")));
    assertReason(
        Reason.FIELD_INVALID, () -> ask(GetBudgetBurnRequest.newBuilder().setPageSize(101)));
    assertReason(
        Reason.FIELD_INVALID, () -> ask(GetBudgetBurnRequest.newBuilder().setPageToken("forged")));
    var many = IntStream.range(0, 101).mapToObj(i -> "b" + i).toList();
    assertReason(
        Reason.FIELD_INVALID, () -> ask(GetBudgetBurnRequest.newBuilder().addAllBudgetIds(many)));
  }

  private static void assertReason(Reason reason, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.reason()).isEqualTo(reason));
  }
}
