package dev.tollgate.query.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.CostScope;
import dev.tollgate.proto.query.v1.GetRoiRequest;
import dev.tollgate.proto.query.v1.GetUnitEconomicsRequest;
import dev.tollgate.proto.query.v1.GetUnitEconomicsResponse;
import dev.tollgate.proto.query.v1.ReportingCurrency;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.MadeRates;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.fx.Conversion;
import dev.tollgate.query.fx.FxTables;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.outcome.Entry;
import dev.tollgate.query.outcome.MadeLedger;
import dev.tollgate.query.outcome.Said;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// Calls, a month of GPUs and a sale, in euros: a dollar is worth 0.90 in April and until May 2,
/// 0.50 on May 3, and 0.40 from then on.
@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnitsConvertedIT {
  private static final Instant MAY_3 = Instant.parse("2026-05-03T00:00:00Z");
  private static final Instant MAY_4 = Instant.parse("2026-05-04T00:00:00Z");
  private static final Instant MAY_5 = Instant.parse("2026-05-05T00:00:00Z");
  private static final long UNIT = 1_000_000_000_000L;
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);

  private final TestLedger ledger;
  private final FxTables tables;
  private final String tenant;
  private final Answering answering;

  UnitsConvertedIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tables = new FxTables(new LateControlTable(ledger.clickHouse(), FxTables.TABLE));
    this.tenant = stores.tenant();
    var time = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));
    this.answering =
        new Answering(ledger.clickHouse(), LIMITS, new PageTokens(new Secret("key")), time);
  }

  @BeforeAll
  void fill() throws Exception {
    new MadeRates("EUR")
        .add("USD", "2026-04-01", "0.9")
        .add("USD", "2026-05-03", "0.5")
        .add("USD", "2026-05-04", "0.4")
        .put(tables, tenant);
    fill(tenant);
  }

  private void fill(String who) throws Exception {
    MadeLedger.fill(
        ledger,
        List.of(
            call(who, "e1", "ada", MAY_4.minusMillis(1), "USD", 2),
            call(who, "e2", "ben", MAY_4, "USD", 5),
            call(who, "e3", "ben", MAY_4, "EUR", 1)),
        List.of(
            said(who, "s1", "sale", MAY_5.minusMillis(1), "", 20),
            said(who, "t1", "saved", MAY_3, "", 4),
            said(who, "t2", "saved", MAY_3, "t1", 6)));
    var start = Instant.parse("2026-05-01T00:00:00Z");
    var gpus =
        new Paid(
            who,
            "gpus",
            start,
            start.plus(Duration.ofDays(31)),
            start,
            "",
            Map.of(),
            "USD",
            31 * UNIT);
    ledger.insert("cost_lines", List.of(gpus.row()));
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  /// Calls for 1 + 2 + 1, two days of GPUs for 0.90 each, and a sale for 8.
  @Test
  void units_inEuros_takeTheRatesOfTheirDays() {
    var answer = units(tenant, units().build());

    var row = answer.getRows(0);
    assertThat(row.getModelCost().getAmount()).isEqualTo("4.000000000000");
    assertThat(row.getOtherCost().getAmount()).isEqualTo("1.800000000000");
    assertThat(row.getCost().getCurrencyCode()).isEqualTo("EUR");
    assertThat(row.getCostPerActiveUser().getAmount()).isEqualTo("2.900000000000");
    assertThat(row.getRevenue().getAmount()).isEqualTo("8.000000000000");
    assertThat(row.getMargin().getAmount()).isEqualTo("2.200000000000");
    assertThat(row.getMarginShare()).isEqualTo(0.275);
    assertThat(answer.getRowsList()).hasSize(1);
    assertThat(answer.getTotalsList()).containsExactly(row);
    assertThat(answer.getTopUsers(0).getTopCost().getAmount()).isEqualTo("3.000000000000");
    assertThat(answer.getTopUsers(0).getShare()).isEqualTo(0.75);
    assertThat(answer.getBasis().getCurrencyCodesList()).containsExactly("EUR");
    assertThat(answer.getBasis().getConversion().getConvertedCurrencyCodesList())
        .containsExactly("USD");
  }

  /// The same costs, the sale, and 6 dollars saved on May 3, which supersede 4.
  @Test
  void returns_inEuros_takeTheRatesOfTheirDays() {
    var answer = new GetRoiRpc(answering).answer(roi().build(), caller(tenant));

    var row = answer.getRows(0);
    assertThat(row.getCost().getAmount()).isEqualTo("5.800000000000");
    assertThat(row.getValue().getAmount()).isEqualTo("3.000000000000");
    assertThat(row.getRevenue().getAmount()).isEqualTo("8.000000000000");
    assertThat(row.getNetReturn().getCurrencyCode()).isEqualTo("EUR");
    assertThat(row.getNetReturn().getAmount()).isEqualTo("5.200000000000");
    assertThat(row.getRoi()).isEqualTo(26.0 / 29);
    assertThat(row.getSuccesses()).isEqualTo(2);
    assertThat(answer.getRowsList()).hasSize(1);
    assertThat(answer.getTotalsList()).containsExactly(row);
    assertThat(answer.getBasis().getConversion().getConvertedCurrencyCodesList())
        .containsExactly("USD");
  }

  @Test
  void returns_withoutARate_failAndNameTheDaysOfAllThatHasNone() throws Exception {
    var who = tenant + "-unsaid";
    fill(who);
    new MadeRates("EUR").add("USD", "2026-05-01", "0.4").put(tables, who);
    var late = timestamp(MAY_5.plus(Duration.ofDays(37)));
    MadeLedger.fill(
        ledger,
        List.of(),
        List.of(said(who, "s2", "sale", MAY_5.plus(Duration.ofDays(36)), "", 1)));
    var request = roi().setEndTime(late).build();

    var failure =
        catchThrowableOfType(
            Failure.class, () -> new GetRoiRpc(answering).answer(request, caller(who)));

    assertThat(failure.reason()).isEqualTo(Reason.FX_RATE_UNKNOWN);
    assertThat(failure).hasMessageContaining("of USD on 2026-06-10 (");
    var saved = request.toBuilder().clearRevenueKinds().build();
    assertThat(
            new GetRoiRpc(answering).answer(saved, caller(who)).getRows(0).getValue().getAmount())
        .isEqualTo("2.400000000000");
  }

  /// Of what is in the answer alone.
  @Test
  void units_withoutARate_failAndNameTheDaysOfAllThatHasNone() throws Exception {
    var who = tenant + "-gaps";
    fill(who);
    var rates = new MadeRates("EUR").add("USD", "2026-05-04", "0.4");
    rates.put(tables, who);
    var full = units().build();
    var saved = full.toBuilder().setRevenueKind("saved").build();
    var calls = units().clearScope().clearRevenueKind().build();
    var lastDay = calls.toBuilder().setStartTime(timestamp(MAY_4)).build();

    assertThat(failure(who, full))
        .matches(failure -> failure.reason() == Reason.FX_RATE_UNKNOWN)
        .hasMessageContaining("of USD on 2026-05-01, USD on 2026-05-03 (");
    assertThat(failure(who, saved)).hasMessageContaining("USD on 2026-05-01, USD on 2026-05-03 (");
    assertThat(failure(who, calls)).hasMessageContaining("of USD on 2026-05-03 (");
    assertThat(units(who, lastDay).getRows(0).getCost().getAmount()).isEqualTo("3.000000000000");
    var sold = lastDay.toBuilder().setRevenueKind("sale").build();
    assertThat(units(who, sold).getRows(0).getRevenue().getAmount()).isEqualTo("8.000000000000");
    var paid = lastDay.toBuilder().setScope(CostScope.COST_SCOPE_FULL).build();
    assertThat(failure(who, paid)).hasMessageContaining("of USD on 2026-05-01 (");
  }

  /// What arrives between the search for rates and the sum.
  @Test
  void statements_amountWithoutARateInThem_areBroken() {
    var nothing = new Conversion("group", 1, "", "EUR", Conversion.NONE.rates());
    var scope = new Scope(tenant, MAY_3, MAY_5, List.of()).withConversion(nothing);
    var full = new UnitQuestion(scope, List.of(), true, Optional.empty());
    var later = full.within(scope.within(MAY_5, MAY_5.plusSeconds(1)));
    var reader = new UnitLedger(new Ledger(ledger.clickHouse(), LIMITS));

    assertBroken(() -> reader.economics(full));
    assertBroken(() -> reader.costs(later));
    assertBroken(() -> reader.revenue(full, List.of("sale")));
  }

  private static void assertBroken(org.assertj.core.api.ThrowableAssert.ThrowingCallable reading) {
    var failure = catchThrowableOfType(Failure.class, reading);
    assertThat(failure.reason()).isEqualTo(Reason.FX_RATE_UNKNOWN);
    assertThat(failure.retryAfter()).isPresent();
  }

  private Failure failure(String who, GetUnitEconomicsRequest request) {
    return catchThrowableOfType(Failure.class, () -> units(who, request));
  }

  private GetUnitEconomicsResponse units(String who, GetUnitEconomicsRequest request) {
    return new GetUnitEconomicsRpc(answering).answer(request, caller(who));
  }

  private static GetUnitEconomicsRequest.Builder units() {
    return GetUnitEconomicsRequest.newBuilder()
        .setStartTime(timestamp(MAY_3))
        .setEndTime(timestamp(MAY_5))
        .setScope(CostScope.COST_SCOPE_FULL)
        .setRevenueKind("sale")
        .setReportingCurrency(ReportingCurrency.newBuilder().setFxTableId("group"));
  }

  private static GetRoiRequest.Builder roi() {
    return GetRoiRequest.newBuilder()
        .setStartTime(timestamp(MAY_3))
        .setEndTime(timestamp(MAY_5))
        .addValueKinds("saved")
        .addRevenueKinds("sale")
        .setReportingCurrency(ReportingCurrency.newBuilder().setFxTableId("group"));
  }

  private static Entry call(
      String who, String id, String user, Instant time, String currency, long units) {
    return new Entry(
        who,
        id,
        0,
        time,
        Instant.EPOCH,
        time,
        Map.of("user", user),
        currency,
        units * UNIT,
        "PRICED",
        "SUCCESS",
        "",
        1,
        1,
        1);
  }

  private static Said said(
      String who, String id, String kind, Instant time, String supersedes, long units) {
    return new Said(
        who,
        id,
        time,
        time,
        kind,
        "SUCCESS",
        supersedes,
        Map.of("session", "s"),
        "USD",
        units * UNIT);
  }

  private static Caller caller(String who) {
    return new Caller("key", Set.of(Role.ROLE_READER), who, Map.of());
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).build();
  }
}
