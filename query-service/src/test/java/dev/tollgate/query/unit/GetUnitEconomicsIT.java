package dev.tollgate.query.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Timestamp;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.CostScope;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.FilterOperator;
import dev.tollgate.proto.query.v1.GetUnitEconomicsRequest;
import dev.tollgate.proto.query.v1.ReportingCurrency;
import dev.tollgate.proto.query.v1.TopUsers;
import dev.tollgate.proto.query.v1.UnitEconomicsRow;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.MadeRates;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.fx.FxTables;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.outcome.Entry;
import dev.tollgate.query.outcome.MadeLedger;
import dev.tollgate.query.outcome.Said;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GetUnitEconomicsIT {
  private static final FakeTime TIME = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));
  private static final int DAY = 86_400;

  private final TestLedger ledger;
  private final MadeUnits made;
  private final String tenant;
  private final GetUnitEconomicsRpc rpc;
  private final MadeRates francs =
      MadeRates.random(
          new Random(14),
          "CHF",
          List.of("EUR", "USD"),
          LocalDate.parse("2026-01-01"),
          LocalDate.parse("2026-06-01"));

  GetUnitEconomicsIT(Stores stores) throws Exception {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    this.made = MadeUnits.store(ledger, tenant, 13, Scale.events(600), Scale.events(600) / 3);
    francs.put(new FxTables(new LateControlTable(ledger.clickHouse(), FxTables.TABLE)), tenant);
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    var tokens = new PageTokens(new Secret("key"));
    this.rpc = new GetUnitEconomicsRpc(new Answering(ledger.clickHouse(), limits, tokens, TIME));
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  @Test
  void answer_anyQuestion_isWhatPlainJavaRecomputes() {
    Seeds.check(
        "unit questions against a recomputation",
        100,
        1_000,
        (seed, random) -> {
          var rates = random.nextBoolean() ? francs : MadeRates.NONE;
          var request = rates == francs ? converted(request(random)) : request(random);
          var pins = random.nextInt(4) == 0 ? Map.of("team", "a") : Map.<String, String>of();
          var answer =
              rpc.answer(request, new Caller("key", Set.of(Role.ROLE_READER), tenant, pins));

          assertThat(answer.getRowsList().stream().map(row -> text(request, row)))
              .as(request.toString())
              .containsExactlyInAnyOrderElementsOf(recomputed(request, pins, rates, true).rows());
          assertThat(answer.getTotalsList().stream().map(row -> text(request, row)))
              .as(request.toString())
              .containsExactlyInAnyOrderElementsOf(recomputed(request, pins, rates, false).rows());
          assertThat(answer.getTopUsersList().stream().map(GetUnitEconomicsIT::text))
              .containsExactlyElementsOf(recomputed(request, pins, rates, false).users());
          assertThat(answer.getBasis().hasConversion()).isEqualTo(rates == francs);
          assertShares(answer.getRowsList(), answer.getTotalsList());
        });
  }

  private RecomputedUnits recomputed(
      GetUnitEconomicsRequest request, Map<String, String> pins, MadeRates rates, boolean grouped) {
    return made.recomputed(request, value -> kept(value, request, pins), rates, grouped);
  }

  private static GetUnitEconomicsRequest converted(GetUnitEconomicsRequest request) {
    return request.toBuilder()
        .setReportingCurrency(ReportingCurrency.newBuilder().setFxTableId("group"))
        .build();
  }

  /// The amounts add up exactly; so do the shares, but for what a double can't say.
  private static void assertShares(List<UnitEconomicsRow> rows, List<UnitEconomicsRow> totals) {
    for (var total : totals) {
      var of =
          rows.stream()
              .filter(
                  row -> row.getCost().getCurrencyCode().equals(total.getCost().getCurrencyCode()))
              .toList();
      assertThat(of.stream().map(row -> amount(row.getCost())).reduce(BigDecimal::add))
          .hasValue(amount(total.getCost()));
      if (total.hasCostShare()) {
        assertThat(of.stream().mapToDouble(UnitEconomicsRow::getCostShare).sum())
            .isEqualTo(1, within(1e-9));
      }
    }
  }

  /// A month of GPUs for 31 dollars, of which the day costs one; calls of 2 dollars by two users.
  @Test
  void answer_fullScope_addsTheDaysPartOfWhatIsPaid() throws Exception {
    var who = tenant + "-full";
    MadeLedger.fill(
        ledger,
        List.of(call(who, "e1", "ada"), call(who, "e2", "ben")),
        List.of(
            new Said(
                who,
                "o1",
                Instant.parse("2026-05-03T23:00:00Z"),
                Instant.parse("2026-05-03T23:00:00Z"),
                "sale",
                "SUCCESS",
                "",
                Map.of("session", "s", "customer_tier", "free"),
                "USD",
                8_000_000_000_000L)));
    ledger.insert(
        "cost_lines",
        List.of(
            new Paid(
                    who,
                    "gpu",
                    Instant.parse("2026-05-01T00:00:00Z"),
                    Instant.parse("2026-06-01T00:00:00Z"),
                    Instant.parse("2026-05-01T00:00:00Z"),
                    "",
                    Map.of("customer_tier", "free"),
                    "USD",
                    31_000_000_000_000L)
                .row()));
    var request =
        GetUnitEconomicsRequest.newBuilder()
            .setStartTime(seconds(Instant.parse("2026-05-03T00:00:00Z").getEpochSecond()))
            .setEndTime(seconds(Instant.parse("2026-05-04T00:00:00Z").getEpochSecond()))
            .addGroupBy("customer_tier")
            .setScope(CostScope.COST_SCOPE_FULL)
            .setRevenueKind("sale")
            .build();

    var answer = rpc.answer(request, new Caller("key", Set.of(Role.ROLE_READER), who, Map.of()));

    var row = answer.getRows(0);
    assertThat(row.getGroup(0)).isEqualTo("free");
    assertThat(row.getModelCost().getAmount()).isEqualTo("3.000000000000");
    assertThat(row.getOtherCost().getAmount()).isEqualTo("1.000000000000");
    assertThat(row.getCostPerActiveUser().getAmount()).isEqualTo("2.000000000000");
    assertThat(row.getCostPer1000Tokens().getAmount()).isEqualTo("1000.000000000000");
    assertThat(row.getMargin().getAmount()).isEqualTo("4.000000000000");
    assertThat(row.getMarginShare()).isEqualTo(0.5);
    assertThat(row.hasCostPerSession()).isFalse();
    assertThat(answer.getTopUsers(0).getShare()).isEqualTo(2.0 / 3);
    assertThat(answer.getTotals(0)).isEqualTo(row.toBuilder().clearGroup().build());
  }

  private static Entry call(String who, String id, String user) {
    var time = Instant.parse("2026-05-03T10:00:00Z");
    return new Entry(
        who,
        id,
        0,
        time,
        Instant.EPOCH,
        time,
        Map.of("user", user, "customer_tier", "free"),
        "USD",
        user.equals("ada") ? 1_000_000_000_000L : 2_000_000_000_000L,
        "PRICED",
        "SUCCESS",
        "",
        1,
        1,
        1);
  }

  private static GetUnitEconomicsRequest request(RandomGenerator random) {
    var grain = random.nextBoolean() ? 1L : 900L;
    var from = MadeLedger.START.getEpochSecond() + random.nextLong(15 * DAY / grain) * grain;
    var request =
        GetUnitEconomicsRequest.newBuilder()
            .setStartTime(seconds(from))
            .setEndTime(seconds(from + (1 + random.nextLong(10 * DAY / grain)) * grain))
            .setScopeValue(random.nextInt(3));
    if (random.nextBoolean()) {
      request.setRevenueKind(random.nextBoolean() ? "resolved" : "converted");
    }
    var names = List.of("feature", "model", "customer_tier", "team", "endpoint");
    var first = random.nextInt(names.size());
    request.addAllGroupBy(names.subList(first, Math.min(names.size(), first + random.nextInt(3))));
    if (random.nextInt(3) == 0) {
      request.addFilters(
          Filter.newBuilder()
              .setDimension("model")
              .setOperatorValue(random.nextInt(3))
              .addAllValues(List.of("a", random.nextBoolean() ? "" : "b")));
    }
    return request.build();
  }

  private static boolean kept(
      Function<String, String> value, GetUnitEconomicsRequest request, Map<String, String> pins) {
    return pins.entrySet().stream()
            .allMatch(pin -> value.apply(pin.getKey()).equals(pin.getValue()))
        && request.getFiltersList().stream()
            .allMatch(filter ->
                filter.getValuesList().contains(value.apply(filter.getDimension()))
                    != (filter.getOperator() == FilterOperator.FILTER_OPERATOR_NOT_IN));
  }

  private static String text(GetUnitEconomicsRequest request, UnitEconomicsRow row) {
    var text = new ArrayList<String>();
    text.add(
        row.getGroupList()
            + " "
            + row.getCost().getCurrencyCode()
            + " "
            + row.getCost().getAmount()
            + " = "
            + row.getModelCost().getAmount());
    if (row.hasOtherCost()) {
      text.add("+ " + row.getOtherCost().getAmount());
    }
    text.add(row.getEvents() + " events");
    text.add(unit("request", row.getRequests(), row.getCostPerRequest()));
    text.add(unit("success", row.getSuccesses(), row.getCostPerSuccess()));
    text.add(unit("interaction", row.getInteractions(), row.getCostPerInteraction()));
    text.add(unit("session", row.getSessions(), row.getCostPerSession()));
    text.add(unit("user", row.getActiveUsers(), row.getCostPerActiveUser()));
    text.add(unit("feature", row.getFeatures(), row.getCostPerFeature()));
    text.add(unit("tokens", row.getTokens(), row.getCostPer1000Tokens()));
    assertThat(row.hasRevenue()).isEqualTo(!request.getRevenueKind().isEmpty());
    if (row.hasRevenue()) {
      text.add(
          "revenue " + row.getRevenue().getAmount() + " margin " + row.getMargin().getAmount());
    }
    text.add("unpriced " + row.getUnpricedEvents());
    return String.join(", ", text);
  }

  private static String unit(String name, long count, Money cost) {
    return name + " " + count + " " + (cost.getAmount().isEmpty() ? "none" : cost.getAmount());
  }

  private static String text(TopUsers users) {
    return users.getCost().getCurrencyCode()
        + " "
        + users.getTop()
        + " of "
        + users.getUsers()
        + ": "
        + users.getTopCost().getAmount()
        + " of "
        + users.getCost().getAmount();
  }

  private static BigDecimal amount(Money money) {
    return new BigDecimal(money.getAmount());
  }

  private static Timestamp seconds(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }
}
