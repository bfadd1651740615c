package dev.tollgate.query.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.CostScope;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.FilterOperator;
import dev.tollgate.proto.query.v1.GetRoiRequest;
import dev.tollgate.proto.query.v1.GetRoiResponse;
import dev.tollgate.proto.query.v1.GetUnitEconomicsRequest;
import dev.tollgate.proto.query.v1.ReportingCurrency;
import dev.tollgate.proto.query.v1.RoiRow;
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
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
class GetRoiIT {
  private static final FakeTime TIME = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));
  private static final long DAY = 86_400;
  private static final List<String> KINDS = List.of("resolved", "converted", "never");

  private final TestLedger ledger;
  private final MadeUnits made;
  private final String tenant;
  private final GetRoiRpc rpc;
  private final MadeRates francs =
      MadeRates.random(
          new Random(20),
          "CHF",
          List.of("EUR", "USD"),
          LocalDate.parse("2026-01-01"),
          LocalDate.parse("2026-06-01"));

  GetRoiIT(Stores stores) throws Exception {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    this.made = MadeUnits.store(ledger, tenant, 19, Scale.events(400), Scale.events(400) / 2);
    francs.put(new FxTables(new LateControlTable(ledger.clickHouse(), FxTables.TABLE)), tenant);
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    var tokens = new PageTokens(new Secret("key"));
    this.rpc = new GetRoiRpc(new Answering(ledger.clickHouse(), limits, tokens, TIME));
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  @Test
  void answer_anyQuestion_isWhatPlainJavaRecomputes() {
    Seeds.check(
        "questions about returns against a recomputation",
        60,
        600,
        (seed, random) -> {
          var rates = random.nextBoolean() ? francs : MadeRates.NONE;
          var request = rates == francs ? converted(request(random)) : request(random);
          var pins = random.nextInt(4) == 0 ? Map.of("team", "a") : Map.<String, String>of();
          var answer = ask(request, tenant, pins);

          assertSame(answer.getRowsList(), recomputed(request, pins, rates, true), request);
          assertSame(answer.getTotalsList(), recomputed(request, pins, rates, false), request);
          assertThat(answer.getBasis().hasConversion()).isEqualTo(rates == francs);
        });
  }

  private static void assertSame(
      List<RoiRow> found, RecomputedRoi recomputed, GetRoiRequest request) {
    var rows = recomputed.rows();
    assertThat(found.stream().map(GetRoiIT::text))
        .as(request.toString())
        .containsExactlyInAnyOrderElementsOf(rows.keySet());
    for (var row : found) {
      rows.getOrDefault(text(row), Optional.empty()).ifPresent(atRisk -> assertAtRisk(row, atRisk));
    }
  }

  /* As far as two ways to find a root agree. */
  private static void assertAtRisk(RoiRow row, BigDecimal expected) {
    var slack = expected.abs().multiply(new BigDecimal("1e-12")).add(new BigDecimal("1e-12"));
    var amount = new BigDecimal(row.getRiskAdjustedReturn().getAmount());
    assertThat(amount).isCloseTo(expected, within(slack));
    if (row.hasRiskAdjustedRoi()) {
      var cost = new BigDecimal(row.getCost().getAmount());
      var roi = amount.subtract(cost).divide(cost, MathContext.DECIMAL128).doubleValue();
      assertThat(row.getRiskAdjustedRoi())
          .isCloseTo(roi, within(1e-9 * Math.max(1, Math.abs(roi))));
    }
  }

  private RecomputedRoi recomputed(
      GetRoiRequest request, Map<String, String> pins, MadeRates rates, boolean grouped) {
    var recomputed =
        new RecomputedRoi(request, made.outcomes(), value -> kept(value, request, pins), grouped);
    var outcomes = made.withoutCosts();
    // Costs once, then the revenue of each kind, both by what recomputes units.
    recomputed.costs(units(made, request, "none", pins, rates));
    request
        .getValueKindsList()
        .forEach(kind -> recomputed.value(units(outcomes, request, kind, pins, rates)));
    request
        .getRevenueKindsList()
        .forEach(kind -> recomputed.revenue(units(outcomes, request, kind, pins, rates)));
    return recomputed;
  }

  private static RecomputedUnits units(
      MadeUnits of, GetRoiRequest request, String kind, Map<String, String> pins, MadeRates rates) {
    return of.recomputed(
        GetUnitEconomicsRequest.newBuilder()
            .setStartTime(request.getStartTime())
            .setEndTime(request.getEndTime())
            .addAllGroupBy(request.getGroupByList())
            .setScope(CostScope.COST_SCOPE_FULL)
            .setRevenueKind(kind)
            .build(),
        value -> kept(value, request, pins),
        rates,
        true);
  }

  private static GetRoiRequest converted(GetRoiRequest request) {
    return request.toBuilder()
        .setReportingCurrency(ReportingCurrency.newBuilder().setFxTableId("group"))
        .build();
  }

  /// 3 dollars spent; three of four tickets resolved, at 2 dollars each; one sale for 10.
  @Test
  void answer_fewOutcomes_isAdjustedForRisk() throws Exception {
    var who = tenant + "-few";
    var said = new ArrayList<Said>();
    for (var i = 0; i < 4; i++) {
      said.add(said(who, "t" + i, "resolved", i < 3 ? "SUCCESS" : "FAILURE", 2));
    }
    said.add(said(who, "s", "sale", "SUCCESS", 10));
    MadeLedger.fill(ledger, List.of(call(who)), said);
    var request =
        GetRoiRequest.newBuilder()
            .setStartTime(seconds(Instant.parse("2026-05-03T00:00:00Z").getEpochSecond()))
            .setEndTime(seconds(Instant.parse("2026-05-04T00:00:00Z").getEpochSecond()))
            .addGroupBy("feature")
            .addValueKinds("resolved")
            .addRevenueKinds("sale")
            .build();

    var answer = ask(request, who, Map.of());

    var row = answer.getRows(0);
    assertThat(row.getGroup(0)).isEqualTo("chat");
    assertThat(row.getValue().getAmount()).isEqualTo("6.000000000000");
    assertThat(row.getRevenue().getAmount()).isEqualTo("10.000000000000");
    assertThat(row.getNetReturn().getAmount()).isEqualTo("13.000000000000");
    assertThat(row.getRoi()).isEqualTo(13.0 / 3);
    assertThat(row.getSuccessRate().getValue()).isEqualTo(0.8);
    // Wilson's interval of 4 of 5 begins at 0.375534...
    assertThat(row.getRiskAdjustedReturn().getAmount()).startsWith("7.5106");
    assertThat(row.getRiskAdjustedRoi()).isBetween(1.5035, 1.5036);
    assertThat(answer.getTotals(0)).isEqualTo(row.toBuilder().clearGroup().build());
  }

  private static Said said(String who, String id, String kind, String result, long value) {
    var time = Instant.parse("2026-05-03T23:00:00Z");
    return new Said(
        who,
        id,
        time,
        time,
        kind,
        result,
        "",
        Map.of("session", "s", "feature", "chat"),
        "USD",
        value * 1_000_000_000_000L);
  }

  private static Entry call(String who) {
    var time = Instant.parse("2026-05-03T10:00:00Z");
    return new Entry(
        who,
        "e",
        0,
        time,
        Instant.EPOCH,
        time,
        Map.of("feature", "chat"),
        "USD",
        3_000_000_000_000L,
        "PRICED",
        "SUCCESS",
        "",
        1,
        1,
        1);
  }

  @Test
  void answer_kindsMissingOrTwice_areRefused() {
    var range =
        GetRoiRequest.newBuilder()
            .setStartTime(seconds(DAY * 20_000))
            .setEndTime(seconds(DAY * 20_001));
    assertInvalid(range.build(), "value_kinds: none (expected: a kind here or in revenue_kinds)");
    assertInvalid(
        range.clone().addValueKinds("sale").addRevenueKinds("sale").build(), "revenue_kinds[0]");
    assertInvalid(range.clone().addValueKinds("").build(), "value_kinds[0]");
    var many = range.clone();
    for (var i = 0; i < 17; i++) {
      many.addRevenueKinds("k" + i);
    }
    assertInvalid(many.build(), "revenue_kinds (size): 17");
  }

  private void assertInvalid(GetRoiRequest request, String text) {
    assertThatThrownBy(() -> ask(request, tenant, Map.of()))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
              assertThat(failure.getMessage()).contains(text);
            });
  }

  private GetRoiResponse ask(GetRoiRequest request, String who, Map<String, String> pins) {
    return rpc.answer(request, new Caller("key", Set.of(Role.ROLE_READER), who, pins));
  }

  private static GetRoiRequest request(RandomGenerator random) {
    var grain = random.nextBoolean() ? 1L : 900L;
    var from = MadeLedger.START.getEpochSecond() + random.nextLong(15 * DAY / grain) * grain;
    var request =
        GetRoiRequest.newBuilder()
            .setStartTime(seconds(from))
            .setEndTime(seconds(from + (1 + random.nextLong(10 * DAY / grain)) * grain));
    for (var kind : KINDS) {
      switch (random.nextInt(3)) {
        case 0 -> request.addValueKinds(kind);
        case 1 -> request.addRevenueKinds(kind);
        default -> {
          // Not asked for.
        }
      }
    }
    if (request.getValueKindsCount() + request.getRevenueKindsCount() == 0) {
      request.addValueKinds("resolved");
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
      Function<String, String> value, GetRoiRequest request, Map<String, String> pins) {
    return pins.entrySet().stream()
            .allMatch(pin -> value.apply(pin.getKey()).equals(pin.getValue()))
        && request.getFiltersList().stream()
            .allMatch(filter ->
                filter.getValuesList().contains(value.apply(filter.getDimension()))
                    != (filter.getOperator() == FilterOperator.FILTER_OPERATOR_NOT_IN));
  }

  private static String text(RoiRow row) {
    assertThat(row.getLowerBound()).isEqualTo(row.getUnpricedEvents() > 0);
    return "%s %s: %s + %s - (%s + %s = %s) = %s, roi %s; %d of %d; at risk %s, unpriced %d"
        .formatted(
            row.getGroupList(),
            row.getCost().getCurrencyCode(),
            row.getValue().getAmount(),
            row.getRevenue().getAmount(),
            row.getModelCost().getAmount(),
            row.getOtherCost().getAmount(),
            row.getCost().getAmount(),
            row.getNetReturn().getAmount(),
            row.hasRoi() ? "%.9f".formatted(row.getRoi()) : "none",
            row.getSuccesses(),
            row.getSuccesses() + row.getFailures(),
            row.hasRiskAdjustedReturn()
                ? (row.hasRiskAdjustedRoi() ? "with roi" : "without")
                : "none",
            row.getUnpricedEvents());
  }

  private static Timestamp seconds(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }
}
