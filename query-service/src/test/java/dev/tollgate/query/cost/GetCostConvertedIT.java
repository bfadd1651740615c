package dev.tollgate.query.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.proto.query.v1.Granularity;
import dev.tollgate.proto.query.v1.ReportingCurrency;
import dev.tollgate.proto.query.v1.Source;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.fx.Conversion;
import dev.tollgate.query.fx.FxTables;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// Cost in a reporting currency.
@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GetCostConvertedIT {
  private static final List<String> MIDDLES = List.of("2026-08-15T00:00:00Z");
  private static final LocalDate RATES_START = LocalDate.parse("2025-10-01");
  private static final LocalDate RATES_END = LocalDate.parse("2026-12-01");
  private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
  private static final FakeTime TIME = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));

  private final TestLedger ledger;
  private final FxTables tables;
  private final List<LedgerRow> rows = new ArrayList<>();
  private final List<MadeRates> versions = new ArrayList<>();
  private final String tenant;

  GetCostConvertedIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tables = new FxTables(new LateControlTable(ledger.clickHouse, FxTables.TABLE));
    this.tenant = stores.tenant();
  }

  /// Costs in three currencies, of two tenants whose tables have the same name; the newer version
  /// of the first one's converts into a currency that no cost is in.
  @BeforeAll
  void fill() throws Exception {
    var random = new Random(5);
    for (var span : List.of(Duration.ofDays(4), Duration.ofDays(70))) {
      var made = new RandomLedger(random, Instant.parse(MIDDLES.getFirst()), span);
      for (var each : List.of(tenant, tenant + "-neighbour")) {
        var some = made.rows(each, 250).stream().map(row -> renamed(row, span)).toList();
        rows.addAll(some);
        ledger.insert(some);
      }
    }
    for (var currency : List.of("EUR", "CHF")) {
      var currencies = new ArrayList<>(List.of("USD", "EUR", "JPY"));
      currencies.remove(currency);
      versions.add(MadeRates.random(random, currency, currencies, RATES_START, RATES_END));
    }
    versions.get(0).put(tables, tenant, "group", 0);
    versions.get(1).put(tables, tenant, "group", 1);
    MadeRates.random(random, "EUR", List.of("USD", "JPY"), RATES_START, RATES_END)
        .put(tables, tenant + "-neighbour", "group", 0);
  }

  private static LedgerRow renamed(LedgerRow row, Duration span) {
    var isYen = row.eventId().hashCode() % 3 == 0;
    return row.as(row.eventId() + "-" + span, isYen ? "JPY" : row.currency());
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  @Test
  void answer_anyQuestion_isWhatPlainJavaRecomputes() {
    var sources = EnumSet.noneOf(Source.class);
    var begins = new HashMap<List<Object>, Instant>();
    Seeds.check(
        "converted cost against a recomputation",
        100,
        5_000,
        (_, random) -> {
          var version = random.nextInt(3);
          var rates = versions.get(version == 1 ? 0 : 1);
          var request = converted(RandomQuestion.about(MIDDLES, random), version);
          var pins = random.nextInt(4) == 0 ? Map.of("team", "a") : Map.<String, String>of();
          var pages = pages(request, caller(tenant, pins));
          var all = pages.stream().flatMap(page -> page.getRowsList().stream()).toList();
          var first = pages.getFirst();
          var recomputed = new Recomputed(rows, tenant, pins, request, first, begins, rates);
          var whole = request.toBuilder().clearTop().build();
          var unbounded = new Recomputed(rows, tenant, pins, whole, first, begins, rates);

          assertThat(all.stream().map(row -> GetCostIT.text(request, row)))
              .as(request.toString())
              .containsExactlyElementsOf(recomputed.rows());
          for (var page : pages) {
            assertThat(page.getTotalsList().stream().map(row -> GetCostIT.text(request, row)))
                .as(request.toString())
                .containsExactlyElementsOf(recomputed.totals());
            assertUnattributed(request, page, unbounded);
            assertBasis(page, version == 1 ? 1 : 2, rates.currency(""));
            sources.add(page.getSource());
          }
        });
    assertThat(sources).contains(Source.SOURCE_RAW, Source.SOURCE_ROLLUP);
  }

  private static void assertUnattributed(
      GetCostRequest request, GetCostResponse page, Recomputed recomputed) {
    assertThat(page.getUnattributedCount())
        .isEqualTo(page.getTotalsCount() * request.getGroupByCount());
    for (var i = 0; i < page.getUnattributedCount(); i++) {
      assertThat(page.getUnattributed(i).getCost().getAmount())
          .as(request.toString())
          .isEqualTo(recomputed.unattributed(i));
    }
  }

  private static void assertBasis(GetCostResponse page, long version, String currency) {
    var conversion = page.getBasis().getConversion();
    assertThat(conversion.getFxTableId()).isEqualTo("group");
    assertThat(conversion.getVersion()).isEqualTo(version);
    assertThat(conversion.getSource()).isEqualTo("made up");
    assertThat(conversion.getCurrencyCode()).isEqualTo(currency);
    assertThat(conversion.getConvertedCurrencyCodesList()).doesNotContain(currency).isSorted();
    assertThat(page.getTotalsCount()).isLessThanOrEqualTo(1);
    assertThat(page.getBasis().getCurrencyCodesList())
        .isEqualTo(page.getTotalsCount() == 0 ? List.of() : List.of(currency));
  }

  @Test
  void basis_ofEverything_namesTheOtherCurrencies() {
    var answer = rpc().answer(converted(year().build(), 1), caller(tenant, Map.of()));

    assertThat(answer.getBasis().getConversion().getConvertedCurrencyCodesList())
        .containsExactly("JPY", "USD");
    assertThat(rpc().answer(year().build(), caller(tenant, Map.of())).getBasis().hasConversion())
        .isFalse();
  }

  /// Each line is rounded once, and the total is what the lines say, on one page or on several.
  @Test
  void answer_halvesOfAPico_areRoundedToEvenOncePerLine() throws Exception {
    var who = tenant + "-halves";
    new MadeRates("EUR").add("USD", "2026-05-01", "0.5").put(tables, who, "group", 0);
    ledger.insert(
        List.of(
            call(who, "1", "one", "USD", NOON, 1),
            call(who, "3", "three", "USD", NOON, 3),
            call(who, "5a", "five", "USD", NOON, 2),
            call(who, "5b", "five", "USD", NOON, 3),
            call(who, "6", "", "USD", NOON, 7),
            call(who, "7", "", "EUR", NOON, 7)));
    var request = converted(year().addGroupBy("feature").setPageSize(2).build(), 0);

    var pages = pages(request, caller(who, Map.of()));

    assertThat(pages.stream().flatMap(page -> page.getRowsList().stream()))
        .extracting(row -> row.getGroup(0) + " " + row.getCost().getAmount())
        .containsExactly(
            " 0.000000000010", "five 0.000000000002", "three 0.000000000002", "one 0.000000000000");
    assertThat(pages)
        .hasSize(2)
        .allSatisfy(page -> {
          assertThat(page.getTotals(0).getCost().getAmount()).isEqualTo("0.000000000014");
          assertThat(page.getUnattributed(0).getCost().getAmount()).isEqualTo("0.000000000010");
        });
    var whole = rpc().answer(request.toBuilder().setPageSize(9).build(), caller(who, Map.of()));
    assertThat(whole.getTotalsList()).isEqualTo(pages.getFirst().getTotalsList());
  }

  @Test
  void answer_withoutARate_failsAndNamesTheCurrencyAndTheDay() throws Exception {
    var who = tenant + "-gaps";
    var rates = new MadeRates("EUR").add("USD", "2026-05-02", "0.5").add("JPY", "2026-05-01", "2");
    rates.put(tables, who, "group", 0);
    var before = NOON.minus(Duration.ofHours(12)).minusMillis(1);
    ledger.insert(
        List.of(
            call(who, "1", "search", "JPY", NOON, 5),
            call(who, "2", "chat", "USD", NOON, 5),
            call(who, "3", "chat", "GBP", before, 5),
            call(who, "4", "search", "GBP", before, 0),
            call(who, "5", "search", "JPY", NOON.plus(Duration.ofDays(39)), 1),
            call(who, "6", "late", "JPY", NOON.plus(Duration.ofDays(40)), 1)));
    var all = converted(year().build(), 0);

    assertThat(failure(all, caller(who, Map.of())))
        .matches(failure -> failure.reason() == Reason.FX_RATE_UNKNOWN)
        .hasMessageContaining("to EUR in group, version 1")
        .hasMessageContaining("GBP on 2026-04-30, JPY on 2026-06-10, USD on 2026-05-01 (");
    var search = all.toBuilder().addFilters(filter("feature", "search")).build();
    var answer = rpc().answer(search, caller(who, Map.of()));
    assertThat(answer.getRows(0).getCost().getAmount()).isEqualTo("0.000000000012");
    assertThat(answer.getRows(0).getEvents()).isEqualTo(3);
    assertThat(rpc().answer(year().build(), caller(who, Map.of())).getTotalsList())
        .extracting(row -> row.getCost().getCurrencyCode())
        .containsExactly("GBP", "JPY", "USD");
  }

  /// Also for the time compared with, but not for what lies between the two.
  @Test
  void answer_comparedWithATimeWithoutRates_fails() throws Exception {
    var who = tenant + "-compared";
    new MadeRates("EUR").add("USD", "2026-05-10", "0.5").put(tables, who, "group", 0);
    ledger.insert(
        List.of(
            call(who, "1", "a", "USD", Instant.parse("2026-04-12T00:00:00Z"), 5),
            call(who, "2", "a", "USD", Instant.parse("2026-05-01T00:00:00Z"), 5),
            call(who, "3", "a", "USD", Instant.parse("2026-05-12T00:00:00Z"), 8)));
    var request =
        GetCostRequest.newBuilder()
            .setStartTime(timestamp(Instant.parse("2026-05-11T00:00:00Z")))
            .setEndTime(timestamp(Instant.parse("2026-05-13T00:00:00Z")))
            .setGranularity(Granularity.GRANULARITY_MONTH)
            .setComparison(dev.tollgate.proto.query.v1.Comparison.COMPARISON_PREVIOUS_PERIOD)
            .build();

    assertThat(failure(converted(request, 0), caller(who, Map.of())))
        .hasMessageContaining("USD on 2026-04-12 (");
    new MadeRates("EUR")
        .add("USD", "2026-05-10", "0.5")
        .add("USD", "2026-03-10", "2")
        .put(tables, who, "group", 1);
    var answer = rpc().answer(converted(request, 0), caller(who, Map.of()));
    assertThat(answer.getRows(0).getCost().getAmount()).isEqualTo("0.000000000004");
    assertThat(answer.getRows(0).getPreviousCost().getAmount()).isEqualTo("0.000000000010");
  }

  @Test
  void answer_byATableThatIsNotTheTenants_isFxTableUnknown() {
    var request = converted(year().build(), 0);

    assertThat(failure(request, caller("nobody", Map.of())).reason())
        .isEqualTo(Reason.FX_TABLE_UNKNOWN);
    assertThat(failure(converted(request, 3), caller(tenant, Map.of())).reason())
        .isEqualTo(Reason.FX_TABLE_UNKNOWN);
    var bad = converted(request, -1).toBuilder();
    bad.getReportingCurrencyBuilder().setFxTableId("");
    assertThat(failure(bad.build(), caller(tenant, Map.of())).violations())
        .extracting(Failure.Violation::field)
        .containsExactly("reporting_currency.fx_table_id", "reporting_currency.version");
  }

  @Test
  void pageToken_tableWrittenMeanwhile_holdsOnlyForTheVersion() throws Exception {
    var who = tenant + "-paging";
    var rates = new MadeRates("EUR").add("USD", "2026-05-01", "0.5");
    rates.put(tables, who, "group", 0);
    ledger.insert(
        List.of(call(who, "1", "a", "USD", NOON, 8), call(who, "2", "b", "USD", NOON, 4)));
    var newest = converted(year().addGroupBy("feature").setPageSize(1).build(), 0);
    var first = converted(newest, 1);
    var token = rpc().answer(newest, caller(who, Map.of())).getNextPageToken();
    assertThat(rpc().answer(first, caller(who, Map.of())).getNextPageToken()).isNotEmpty();

    rates.add("USD", "2026-05-02", "0.7").put(tables, who, "group", 1);

    var next = newest.toBuilder().setPageToken(token).build();
    assertThat(failure(next, caller(who, Map.of())).violations().getFirst().field())
        .isEqualTo("page_token");
    assertThat(pages(first, caller(who, Map.of()))).hasSize(2);
  }

  /// A cost that arrives between the search for rates and the sum.
  @Test
  void statement_costWithoutARateInIt_isBroken() throws Exception {
    var who = tenant + "-race";
    ledger.insert(List.of(call(who, "1", "a", "USD", NOON, 8)));
    var day = Duration.ofDays(1);
    var nothing = new Conversion("group", 1, "", "EUR", Conversion.NONE.rates());
    var scope = new Scope(who, NOON.minus(day), NOON.plus(day), List.of()).withConversion(nothing);
    var question =
        new CostQuestion(scope, List.of(), TimeBuckets.NONE, Set.of(), 0, Optional.empty());
    var reader = new CostLedger(new Ledger(ledger.clickHouse, LIMITS));

    var failure = catchThrowableOfType(Failure.class, () -> reader.totals(question));

    assertThat(failure.reason()).isEqualTo(Reason.FX_RATE_UNKNOWN);
    assertThat(failure.retryAfter()).isPresent();
  }

  /// More days and currencies than one parameter holds.
  @Test
  void answer_withManyRates_isExact() throws Exception {
    var who = tenant + "-many";
    var rates = new MadeRates("EUR");
    var entries = new ArrayList<LedgerRow>();
    for (var i = 0; i < 4_800; i++) {
      var day = LocalDate.parse("2025-01-01").plusDays(i % 600);
      var currency = "X" + (char) ('A' + i / 600) + "X";
      rates.add(currency, day.toString(), "0." + (i + 1));
      var time = Instant.parse(day + "T23:59:59.999Z");
      entries.add(call(who, "e" + i, "a", currency, time, 1_000_000_000_000L + i));
    }
    rates.put(tables, who, "group", 0);
    ledger.insert(entries);
    var request =
        GetCostRequest.newBuilder()
            .setStartTime(timestamp(Instant.parse("2025-01-01T00:00:00Z")))
            .setEndTime(timestamp(Instant.parse("2027-01-01T00:00:00Z")))
            .build();

    var converted = converted(request, 0);
    var answer = rpc().answer(converted, caller(who, Map.of()));

    var recomputed =
        new Recomputed(entries, who, Map.of(), converted, answer, new HashMap<>(), rates);
    assertThat(answer.getTotalsList().stream().map(row -> GetCostIT.text(converted, row)))
        .containsExactlyElementsOf(recomputed.totals());
    assertThat(answer.getTotalsList()).extracting(CostRow::getEvents).containsExactly(4_800L);
  }

  private static GetCostRequest converted(GetCostRequest request, long version) {
    return request.toBuilder()
        .setReportingCurrency(
            ReportingCurrency.newBuilder().setFxTableId("group").setVersion(version))
        .build();
  }

  private List<GetCostResponse> pages(GetCostRequest request, Caller caller) {
    var pages = new ArrayList<GetCostResponse>();
    var next = request;
    do {
      var page = rpc().answer(next, caller);
      pages.add(page);
      next = request.toBuilder().setPageToken(page.getNextPageToken()).build();
    } while (!next.getPageToken().isEmpty());
    return pages;
  }

  private Failure failure(GetCostRequest request, Caller caller) {
    return catchThrowableOfType(Failure.class, () -> rpc().answer(request, caller));
  }

  private GetCostRpc rpc() {
    var tokens = new PageTokens(new Secret("key"));
    return new GetCostRpc(new Answering(ledger.clickHouse, LIMITS, tokens, TIME));
  }

  private static LedgerRow call(
      String tenant, String id, String feature, String currency, Instant time, long costPicos) {
    return LedgerRow.call(tenant, id, time, Map.of("feature", feature), currency, costPicos);
  }

  private static GetCostRequest.Builder year() {
    return GetCostRequest.newBuilder()
        .setStartTime(timestamp(Instant.parse("2026-01-01T00:00:00Z")))
        .setEndTime(timestamp(Instant.parse("2027-01-01T00:00:00Z")));
  }

  private static Filter filter(String dimension, String value) {
    return Filter.newBuilder().setDimension(dimension).addValues(value).build();
  }

  private static Caller caller(String tenant, Map<String, String> pins) {
    return new Caller("key", Set.of(Role.ROLE_READER), tenant, pins);
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
