package dev.tollgate.query.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.GetCostPerOutcomeRequest;
import dev.tollgate.proto.query.v1.GetCostPerOutcomeResponse;
import dev.tollgate.proto.query.v1.Reference;
import dev.tollgate.proto.query.v1.ReportingCurrency;
import dev.tollgate.proto.query.v1.Source;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.MadeRates;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.fx.Conversion;
import dev.tollgate.query.fx.FxTables;
import dev.tollgate.query.ledger.Ledger;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// The sessions of May 3, in euros. One that began the day before, and what names no session on
/// other days, cost pounds, which have no rate.
@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutcomesConvertedIT {
  private static final Instant MAY_3 = Instant.parse("2026-05-03T00:00:00Z");
  private static final Instant MAY_4 = Instant.parse("2026-05-04T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);

  private final TestLedger ledger;
  private final FxTables tables;
  private final String tenant;
  private final GetCostPerOutcomeRpc rpc;

  OutcomesConvertedIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tables = new FxTables(new LateControlTable(ledger.clickHouse(), FxTables.TABLE));
    this.tenant = stores.tenant();
    var time = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));
    this.rpc =
        new GetCostPerOutcomeRpc(
            new Answering(ledger.clickHouse(), LIMITS, new PageTokens(new Secret("key")), time));
  }

  private void fill(String who) throws Exception {
    var resolved =
        new Said(
            who, "o1", MAY_4, MAY_4, "resolved", "SUCCESS", "", Map.of("session", "s1"), "", 0);
    MadeLedger.fill(
        ledger,
        List.of(
            call(who, "e1", "s0", MAY_3.minusMillis(1), "GBP", 7),
            call(who, "e2", "s0", MAY_3, "GBP", 8),
            call(who, "e3", "s1", MAY_3, "USD", 2),
            call(who, "e4", "s1", MAY_4, "USD", 5),
            call(who, "e5", "s1", MAY_4.minusMillis(1), "EUR", 1),
            call(who, "e6", "s2", MAY_3.plus(HOUR), "USD", 4),
            call(who, "e7", "", MAY_3.plus(HOUR), "USD", 6),
            call(who, "e8", "", MAY_4, "GBP", 9)),
        List.of(resolved));
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  /// A dollar is worth 0.50 on May 3, and 0.40 from then on. The first session costs 1 + 2 + 1, the
  /// second 2, and 3 are of none.
  @Test
  void outcomes_inEuros_takeTheRatesOfTheirDays() throws Exception {
    fill(tenant);
    new MadeRates("EUR")
        .add("USD", "2026-05-03", "0.5")
        .add("USD", "2026-05-04", "0.4")
        .put(tables, tenant);
    var fromRollup = answer(tenant, day().build());
    var fromEvents = answer(tenant, day().addGroupBy("feature").build());

    var row = fromRollup.getRows(0);
    assertThat(row.getTotalCost().getCurrencyCode()).isEqualTo("EUR");
    assertThat(row.getTotalCost().getAmount()).isEqualTo("9.000000000000");
    assertThat(row.getAttributedCost().getAmount()).isEqualTo("6.000000000000");
    assertThat(row.getLabelledCost().getAmount()).isEqualTo("4.000000000000");
    assertThat(row.getUnattributedCost().getAmount()).isEqualTo("3.000000000000");
    assertThat(row.getCostPerSuccess().getAmount()).isEqualTo("6.000000000000");
    assertThat(row.getReferences()).isEqualTo(2);
    assertThat(fromRollup.getRowsList()).hasSize(1);
    assertThat(fromRollup.getTotalsList()).containsExactly(row);
    assertThat(fromRollup.getBasis().getSource()).isEqualTo(Source.SOURCE_ROLLUP);
    assertThat(fromRollup.getBasis().getConversion().getConvertedCurrencyCodesList())
        .containsExactly("USD");
    assertThat(fromEvents.getTotalsList()).containsExactly(row);
    assertThat(fromEvents.getBasis().getSource()).isEqualTo(Source.SOURCE_RAW);
  }

  /// What belongs to the cohort needs one, also after the range; what does not, needs none.
  @Test
  void outcomes_withoutARate_failAndNameTheDays() throws Exception {
    var who = tenant + "-gaps";
    fill(who);
    MadeLedger.fill(
        ledger,
        List.of(call(who, "late", "s2", MAY_3.plus(Duration.ofDays(40)), "USD", 1)),
        List.of());
    new MadeRates("EUR").add("USD", "2026-05-03", "0.5").put(tables, who);
    var others = day().setReference(Reference.REFERENCE_TRACE).build();

    for (var request : List.of(day().build(), day().addGroupBy("feature").build())) {
      assertThat(failure(who, request))
          .matches(failure -> failure.reason() == Reason.FX_RATE_UNKNOWN)
          .hasMessageContaining("of USD on 2026-06-12 (");
    }
    assertThat(failure(who, others)).hasMessageContaining("of GBP on 2026-05-03 (");
    var before = day().setAsOfTime(timestamp(MAY_4)).build();
    assertThat(answer(who, before).getTotals(0).getTotalCost().getAmount())
        .isEqualTo("9.500000000000");
  }

  /// What arrives between the search for rates and the sum.
  @Test
  void statements_costWithoutARateInThem_areBroken() throws Exception {
    var who = tenant + "-race";
    fill(who);
    var nothing = new Conversion("group", 1, "", "EUR", Conversion.NONE.rates());
    var scope = new Scope(who, MAY_3, MAY_4, List.of()).withConversion(nothing);
    var reader = new Ledger(ledger.clickHouse(), LIMITS);
    for (var asOf : List.of(Optional.<Instant>empty(), Optional.of(MAY_4))) {
      var question =
          new OutcomeQuestion(
              scope, List.of(), "resolved", Reference.REFERENCE_SESSION, asOf, true);
      for (var statement :
          List.of(OutcomeStatement.cohort(question), UnattributedStatement.of(question))) {
        var failure =
            catchThrowableOfType(
                Failure.class, () -> reader.read(statement, row -> row.text("currency")));

        assertThat(failure.reason()).isEqualTo(Reason.FX_RATE_UNKNOWN);
        assertThat(failure.retryAfter()).isPresent();
      }
    }
  }

  private Failure failure(String who, GetCostPerOutcomeRequest request) {
    return catchThrowableOfType(Failure.class, () -> answer(who, request));
  }

  private GetCostPerOutcomeResponse answer(String who, GetCostPerOutcomeRequest request) {
    return rpc.answer(request, new Caller("key", Set.of(Role.ROLE_READER), who, Map.of()));
  }

  private static GetCostPerOutcomeRequest.Builder day() {
    return GetCostPerOutcomeRequest.newBuilder()
        .setStartTime(timestamp(MAY_3))
        .setEndTime(timestamp(MAY_4))
        .setKind("resolved")
        .setReference(Reference.REFERENCE_SESSION)
        .setReportingCurrency(ReportingCurrency.newBuilder().setFxTableId("group"));
  }

  private static Entry call(
      String who, String id, String session, Instant time, String currency, long units) {
    return new Entry(
        who,
        id,
        0,
        time,
        Instant.EPOCH,
        time,
        Map.of("session", session),
        currency,
        units * 1_000_000_000_000L,
        "PRICED",
        "SUCCESS",
        "",
        1,
        1,
        1);
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).build();
  }
}
