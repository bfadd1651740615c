package dev.tollgate.query.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.proto.query.v1.Granularity;
import dev.tollgate.proto.query.v1.Measure;
import dev.tollgate.proto.query.v1.Source;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.QuantileAssert;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GetCostIT {
  /// Where some of these zones change their clocks.
  private static final List<String> MIDDLES =
      List.of(
          "2026-03-29T01:00:00Z",
          "2026-11-01T06:00:00Z",
          "2026-04-04T15:00:00Z",
          "2026-03-08T05:00:00Z",
          "2026-08-15T00:00:00Z");

  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
  private static final FakeTime TIME = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));

  private static final int PARTS = 3 * MIDDLES.size();

  private final TestLedger ledger;
  private final List<LedgerRow> rows = new ArrayList<>();
  private final String tenant;
  private final String neighbour;

  GetCostIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    this.neighbour = stores.tenant() + "-neighbour";
  }

  /// The same kinds of events for two tenants, so that a leak would move every sum.
  @BeforeAll
  void fill() throws Exception {
    var random = new Random(1);
    var events = Scale.events(60 * PARTS) / PARTS;
    for (var middle : MIDDLES) {
      for (var span : List.of(Duration.ofHours(3), Duration.ofDays(4), Duration.ofDays(70))) {
        var made = new RandomLedger(random, Instant.parse(middle), span);
        for (var each : List.of(tenant, neighbour)) {
          var some =
              made.rows(each, events).stream().map(row -> numbered(row, rows.size())).toList();
          rows.addAll(some);
          ledger.insert(some);
        }
        for (var each : Scale.neighbours(tenant)) {
          if (!each.equals(neighbour)) {
            ledger.insert(made.rows(each, events));
          }
        }
      }
    }
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  @Test
  void answer_anyQuestion_isWhatPlainJavaRecomputes() {
    var begins = new HashMap<List<Object>, Instant>();
    Seeds.check(
        "cost questions against a recomputation",
        300,
        5_000,
        (seed, random) -> {
          var request = RandomQuestion.about(MIDDLES, random);
          var who = random.nextBoolean() ? tenant : neighbour;
          var pins =
              random.nextInt(4) == 0 ? Map.of("team", value(random)) : Map.<String, String>of();
          var pages = pages(request, caller(who, pins));
          var all = pages.stream().flatMap(page -> page.getRowsList().stream()).toList();
          var recomputed = new Recomputed(rows, who, pins, request, pages.getFirst(), begins);

          assertThat(all.stream().map(row -> text(request, row)))
              .as(request.toString())
              .containsExactlyElementsOf(recomputed.rows());
          assertTimes(request, all, recomputed, true);
          var totals = recomputed.totals();
          assertTimes(request, pages.getFirst().getTotalsList(), recomputed, false);
          for (var page : pages) {
            assertThat(page.getTotalsList()).isEqualTo(pages.getFirst().getTotalsList());
            assertThat(page.getTotalsList().stream().map(row -> text(request, row)))
                .as(request.toString())
                .containsExactlyElementsOf(totals);
            assertThat(page.getSource()).isEqualTo(expectedSource(request, page));
            assertBasis(page);
          }
        });
  }

  private static void assertBasis(GetCostResponse page) {
    var unpriced = page.getTotalsList().stream().mapToLong(CostRow::getUnpricedEvents).sum();
    var currencies = page.getTotalsList().stream().map(row -> row.getCost().getCurrencyCode());
    assertThat(page.getBasis().getUnpricedEvents()).isEqualTo(unpriced);
    assertThat(page.getBasis().getLowerBound()).isEqualTo(unpriced > 0);
    assertThat(page.getBasis().getCurrencyCodesList())
        .containsExactlyElementsOf(currencies.toList());
    assertThat(page.getBasis().getSource()).isEqualTo(page.getSource());
    assertThat(page.getBasis().getAsOfTime()).isEqualTo(timestamp(TIME.now()));
  }

  private static void assertTimes(
      GetCostRequest request, List<CostRow> rows, Recomputed recomputed, boolean grouped) {
    var latency = request.getMeasuresList().contains(Measure.MEASURE_LATENCY);
    var firstToken = request.getMeasuresList().contains(Measure.MEASURE_TIME_TO_FIRST_TOKEN);
    assertThat(rows).allSatisfy(row -> assertThat(row.hasLatency()).isEqualTo(latency));
    assertThat(rows).allSatisfy(row -> assertThat(row.hasTimeToFirstToken()).isEqualTo(firstToken));
    if (latency) {
      var times = recomputed.times(grouped, false);
      rows.forEach(row -> QuantileAssert.assertQuantiles(row.getLatency(), times.of(row)));
    }
    if (firstToken) {
      var times = recomputed.times(grouped, true);
      rows.forEach(row -> QuantileAssert.assertQuantiles(row.getTimeToFirstToken(), times.of(row)));
    }
  }

  @Test
  void answer_bothSources_areReached() {
    var sources = new ArrayList<Source>();
    for (var seed = 0; seed < 250; seed++) {
      var request = RandomQuestion.about(MIDDLES, new Random(seed));
      sources.add(expectedSource(request, rpc(LIMITS).answer(request, caller("nobody", Map.of()))));
    }
    assertThat(Collections.frequency(sources, Source.SOURCE_RAW)).isGreaterThan(50);
    assertThat(Collections.frequency(sources, Source.SOURCE_ROLLUP)).isGreaterThan(50);
  }

  /// What would happen if the predicate were lost: this class would notice.
  @Test
  void statements_predicateRemoved_findTheOthers() {
    var year =
        new Scope(
            "nobody",
            Instant.parse("2026-01-01T00:00:00Z"),
            Instant.parse("2027-01-01T00:00:00Z"),
            List.of());
    var question =
        new CostQuestion(year, List.of(), TimeBuckets.NONE, Set.of(), 0, Optional.empty());
    var raw = question.within(year.within(year.start().plusMillis(1), year.end()));
    for (var each : List.of(question, raw)) {
      for (var statement :
          List.of(
              CostStatement.page(each, Optional.empty(), Optional.empty(), 10),
              CostStatement.totals(each))) {
        var leaking = statement.sql().replace("r.tenant_id = {tenant:String}", "1 = 1");
        assertThat(count(leaking, statement.parameters())).isPositive();
      }
    }
  }

  @Test
  void answer_pinnedCaller_seesOnlyItsTeam() {
    var request = wholeYear().addGroupBy("team").build();
    var answer = rpc(LIMITS).answer(request, caller(tenant, Map.of("team", "a")));

    assertThat(answer.getRowsList()).allMatch(row -> row.getGroup(0).equals("a"));
    assertThat(answer.getRowsList()).isNotEmpty();
    var other = wholeYear().addFilters(filter("team", "b")).build();
    assertThat(rpc(LIMITS).answer(other, caller(tenant, Map.of("team", "a"))).getTotalsList())
        .isEmpty();
  }

  @Test
  void answer_pageTokenOfAnother_isFieldInvalid() {
    var request = wholeYear().addGroupBy("user").setPageSize(1).build();
    var token = rpc(LIMITS).answer(request, caller(tenant, Map.of())).getNextPageToken();
    assertThat(token).isNotEmpty();
    var next = request.toBuilder().setPageToken(token).build();
    assertThat(
            rpc(LIMITS)
                .answer(next.toBuilder().setPageSize(7).build(), caller(tenant, Map.of()))
                .getRowsCount())
        .isEqualTo(7);

    refused(next, caller(neighbour, Map.of()));
    refused(next, caller(tenant, Map.of("team", "a")));
    refused(next.toBuilder().addGroupBy("team").build(), caller(tenant, Map.of()));
    refused(next.toBuilder().clearTimeZone().setTimeZone("UTC").build(), caller(tenant, Map.of()));
    refused(next.toBuilder().setPageToken(token + "A").build(), caller(tenant, Map.of()));
  }

  @Test
  void answer_userWasErased_isShownByTheSurrogateAndNoTotalMoves() throws Exception {
    var ours = tenant + "-people";
    var theirs = tenant + "-others";
    for (var each : List.of(ours, theirs)) {
      ledger.insert(
          List.of(call(each, "e1", "ada", 5), call(each, "e2", "ben", 7), call(each, "e3", "", 1)));
    }
    var byUser = wholeYear().addGroupBy("team").addGroupBy("user").build();
    var adas = wholeYear().addFilters(filter("user", "ada", "nobody")).build();
    var before = rpc(LIMITS).answer(byUser, caller(ours, Map.of()));
    assertThat(users(before)).containsExactly("ben", "ada", "");
    assertThat(events(adas, caller(ours, Map.of()))).isEqualTo(1);

    ledger.erase(ours, "ada");

    var after = rpc(LIMITS).answer(byUser, caller(ours, Map.of()));
    var surrogate = TestLedger.surrogate(ours, "ada");
    assertThat(users(after)).containsExactly("ben", surrogate, "");
    assertThat(after.getTotalsList()).isEqualTo(before.getTotalsList());
    assertThat(events(adas, caller(ours, Map.of()))).isZero();
    assertThat(events(wholeYear().build(), caller(ours, Map.of("user", "ada")))).isZero();
    assertThat(events(wholeYear().build(), caller(ours, Map.of("user", "ben")))).isEqualTo(1);
    var erased = wholeYear().addFilters(filter("user", surrogate)).build();
    assertThat(events(erased, caller(ours, Map.of()))).isEqualTo(1);
    assertThat(events(erased, caller(theirs, Map.of()))).isZero();
    assertThat(users(rpc(LIMITS).answer(byUser, caller(theirs, Map.of()))))
        .containsExactly("ben", "ada", "");
  }

  private static LedgerRow call(String tenant, String id, String user, long costPicos) {
    return LedgerRow.call(
        tenant,
        id,
        Instant.parse("2026-05-01T12:00:00Z"),
        Map.of("user", user, "team", "search"),
        "USD",
        costPicos);
  }

  private static List<String> users(GetCostResponse answer) {
    return answer.getRowsList().stream().map(row -> row.getGroup(1)).toList();
  }

  private long events(GetCostRequest request, Caller caller) {
    return rpc(LIMITS).answer(request, caller).getTotalsList().stream()
        .mapToLong(CostRow::getEvents)
        .sum();
  }

  @Test
  void answer_topWithMoreRowsThanAsked_isQueryTooLarge() {
    var request =
        wholeYear()
            .addGroupBy("team")
            .setTop(2)
            .setPageSize(3)
            .setGranularity(Granularity.GRANULARITY_DAY)
            .build();

    var failure =
        catchThrowableOfType(
            Failure.class, () -> rpc(LIMITS).answer(request, caller(tenant, Map.of())));

    assertThat(failure.reason()).isEqualTo(Reason.QUERY_TOO_LARGE);
  }

  @Test
  void answer_topOfGroupsWithTheLongestValues_isAnswered() throws Exception {
    var who = tenant + "-long";
    var wide = new ArrayList<LedgerRow>();
    for (var i = 0; i < 150; i++) {
      wide.add(call(who, "e" + i, ("\\'".repeat(126) + i), 1_000 - i));
    }
    ledger.insert(wide);
    var request =
        wholeYear()
            .addGroupBy("user")
            .addGroupBy("team")
            .setTop(100)
            .addMeasures(Measure.MEASURE_LATENCY)
            .build();

    var answer = rpc(LIMITS).answer(request, caller(who, Map.of()));

    assertThat(answer.getRowsCount()).isEqualTo(101);
    assertThat(answer.getRows(100).getOther()).isTrue();
    assertThat(answer.getRows(100).getEvents()).isEqualTo(50);
  }

  @Test
  void answer_watermark_isTheEarliestOfTheLogsLatest() throws Exception {
    var who = tenant + "-marked";
    assertThat(rpc(LIMITS).answer(wholeYear().build(), caller(who, Map.of())).getBasis())
        .matches(basis -> !basis.hasWatermarkTime());
    ledger.receive(who, "log-a", "2026-11-30T10:00:00Z", "2026-11-30T10:00:01.500Z");
    ledger.receive(who, "log-a", "2026-11-30T11:00:00Z", "2026-11-30T11:00:02Z");
    ledger.receive(who, "log-b", "2026-11-30T10:30:00Z", "2026-11-30T10:30:00.250Z");
    ledger.receive(who, "log-gone", "2026-11-29T23:59:59Z", "2026-11-30T00:00:00Z");

    var basis = rpc(LIMITS).answer(wholeYear().build(), caller(who, Map.of())).getBasis();

    assertThat(basis.getWatermarkTime())
        .isEqualTo(timestamp(Instant.parse("2026-11-30T10:30:00.250Z")));
  }

  @Test
  void answer_askedAgainWithinSeconds_isKeptForTheSameCallerOnly() throws Exception {
    var who = tenant + "-asks-again";
    var keeping = rpc(new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 5, 1 << 20));
    var request = wholeYear().build();
    ledger.insert(List.of(call(who, "e1", "ada", 5)));
    var first = keeping.answer(request, caller(who, Map.of()));
    ledger.insert(List.of(call(who, "e2", "ben", 5)));

    assertThat(keeping.answer(request, caller(who, Map.of()))).isEqualTo(first);
    assertThat(keeping.answer(request, caller(who, Map.of("team", "search"))).getTotals(0))
        .matches(total -> total.getEvents() == 2);
    assertThat(keeping.answer(request, caller(who, Map.of("team", "other"))).getTotalsList())
        .isEmpty();
    assertThat(keeping.answer(request, caller(who + "-not", Map.of())).getTotalsList()).isEmpty();
    assertThat(
            keeping
                .answer(request.toBuilder().setTimeZone("UTC").build(), caller(who, Map.of()))
                .getTotals(0)
                .getEvents())
        .isEqualTo(2);
  }

  @Test
  void answer_overALimit_isQueryTooLarge() {
    var request = wholeYear().addGroupBy("request").build();
    var few = new Limits(Duration.ofSeconds(20), 10, 1L << 30, 8, 0, 1 << 20);

    var failure =
        catchThrowableOfType(
            Failure.class, () -> rpc(few).answer(request, caller(tenant, Map.of())));

    assertThat(failure.reason()).isEqualTo(Reason.QUERY_TOO_LARGE);
    assertThat(rpc(LIMITS).answer(request, caller(tenant, Map.of())).getRowsList()).isNotEmpty();
  }

  @Test
  void answer_mostFiltersAndValuesOfFullLength_isAnswered() {
    var request = wholeYear().setGranularity(Granularity.GRANULARITY_HOUR);
    for (var i = 0; i < 16; i++) {
      var filter = Filter.newBuilder().setDimension(Dimension.names().get(i));
      for (var j = 0; j < 100; j++) {
        filter.addValues("\\'".repeat(126) + j);
      }
      request.addFilters(filter);
    }
    assertThat(rpc(LIMITS).answer(request.build(), caller(tenant, Map.of())).getRowsList())
        .isEmpty();
  }

  private void refused(GetCostRequest request, Caller caller) {
    var failure = catchThrowableOfType(Failure.class, () -> rpc(LIMITS).answer(request, caller));
    assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
    assertThat(failure.violations().getFirst().field()).isEqualTo("page_token");
  }

  private int count(String sql, Map<String, Object> parameters) {
    return ledger.clickHouse.query(sql, parameters, row -> row.text("currency")).size();
  }

  private List<GetCostResponse> pages(GetCostRequest request, Caller caller) {
    var rpc = rpc(LIMITS);
    var pages = new ArrayList<GetCostResponse>();
    var next = request;
    do {
      var page = rpc.answer(next, caller);
      assertThat(page.getRowsCount()).isLessThanOrEqualTo(request.getPageSize());
      pages.add(page);
      next = request.toBuilder().setPageToken(page.getNextPageToken()).build();
    } while (!next.getPageToken().isEmpty());
    return pages;
  }

  private GetCostRpc rpc(Limits limits) {
    var tokens = new PageTokens(new Secret("key"));
    return new GetCostRpc(new Answering(ledger.clickHouse, limits, tokens, TIME));
  }

  private static Source expectedSource(GetCostRequest request, GetCostResponse answer) {
    var raw = List.of("endpoint", "session", "interaction", "trace", "request");
    var names = new ArrayList<>(request.getGroupByList());
    request.getFiltersList().forEach(filter -> names.add(filter.getDimension()));
    var ends = new ArrayList<>(List.of(request.getStartTime(), request.getEndTime()));
    if (answer.hasPreviousStartTime()) {
      ends.addAll(List.of(answer.getPreviousStartTime(), answer.getPreviousEndTime()));
    }
    var aligned = ends.stream().allMatch(end -> end.getSeconds() % 900 == 0 && end.getNanos() == 0);
    var measures = request.getMeasuresList();
    var sums =
        aligned
            && names.stream().noneMatch(n -> raw.contains(n) || n.startsWith("tags."))
            && !measures.contains(Measure.MEASURE_USAGE);
    var latency =
        Stream.of(Measure.MEASURE_LATENCY, Measure.MEASURE_TIME_TO_FIRST_TOKEN)
            .anyMatch(measures::contains);
    return sums && (!latency || fitsHours(request, names))
        ? Source.SOURCE_ROLLUP
        : Source.SOURCE_RAW;
  }

  private static boolean fitsHours(GetCostRequest request, List<String> names) {
    var zone = request.getTimeZone();
    var bucketsFit =
        switch (request.getGranularity()) {
          case GRANULARITY_UNSPECIFIED -> true;
          case GRANULARITY_MINUTE, GRANULARITY_QUARTER_HOUR -> false;
          default ->
              !List.of("Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham").contains(zone);
        };
    return bucketsFit
        && request.getStartTime().getSeconds() % 3600 == 0
        && request.getEndTime().getSeconds() % 3600 == 0
        && List.of("provider", "model", "feature", "endpoint", "region").containsAll(names);
  }

  static String text(GetCostRequest request, CostRow row) {
    assertThat(row.getLowerBound()).isEqualTo(row.getUnpricedEvents() > 0);
    var text = new ArrayList<String>();
    var start = Instant.ofEpochSecond(row.getStartTime().getSeconds());
    text.add(start + (row.getOther() ? " other " : " ") + row.getGroupList());
    text.add(row.getCost().getCurrencyCode());
    text.add("cost " + row.getCost().getAmount());
    text.add("events " + row.getEvents() + " unpriced " + row.getUnpricedEvents());
    if (asks(request, Measure.MEASURE_ERRORS, true)) {
      text.add("errors " + row.getErrors());
    }
    if (asks(request, Measure.MEASURE_TOKENS, true)) {
      text.add("input " + row.getInputTokens());
      text.add("cache_read " + row.getCacheReadTokens());
      text.add("cache_write " + row.getCacheWriteTokens());
      text.add("output " + row.getOutputTokens());
      text.add("reasoning " + row.getReasoningTokens());
    } else {
      assertThat(row.getInputTokens() + row.getOutputTokens()).isZero();
    }
    if (asks(request, Measure.MEASURE_LIST_COST, false)) {
      text.add("list " + row.getListCost().getAmount());
    }
    if (asks(request, Measure.MEASURE_REQUESTS, false)) {
      text.add("requests " + row.getRequests() + " retries " + row.getRetries());
    }
    if (asks(request, Measure.MEASURE_USAGE, false)) {
      text.add(new TreeMap<>(row.getUsageMap()).toString());
    }
    if (asks(request, Measure.MEASURE_COST_PER_1000_TOKENS, false)) {
      var given = row.hasCostPer1000Tokens();
      text.add("per 1000 " + (given ? row.getCostPer1000Tokens().getAmount() : "none"));
    }
    if (asks(request, Measure.MEASURE_COST_PER_REQUEST, false)) {
      var given = row.hasCostPerRequest();
      text.add("per request " + (given ? row.getCostPerRequest().getAmount() : "none"));
    }
    if (row.hasPreviousCost()) {
      text.add("previous " + row.getPreviousCost().getAmount());
      text.add("previous_events " + row.getPreviousEvents());
      text.add("previous_unpriced " + row.getPreviousUnpricedEvents());
    }
    return String.join(" ", text);
  }

  private static boolean asks(GetCostRequest request, Measure measure, boolean byDefault) {
    return request.getMeasuresCount() == 0
        ? byDefault
        : request.getMeasuresList().contains(measure);
  }

  private static LedgerRow numbered(LedgerRow row, int offset) {
    return row.as(row.eventId() + "-" + offset, row.currency());
  }

  private static GetCostRequest.Builder wholeYear() {
    return GetCostRequest.newBuilder()
        .setStartTime(timestamp(Instant.parse("2026-01-01T00:00:00Z")))
        .setEndTime(timestamp(Instant.parse("2027-01-01T00:00:00Z")));
  }

  private static String value(RandomGenerator random) {
    return random.nextBoolean() ? "a" : "b";
  }

  private static Filter filter(String dimension, String... values) {
    return Filter.newBuilder().setDimension(dimension).addAllValues(List.of(values)).build();
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
