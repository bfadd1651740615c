package dev.tollgate.query.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.ingest.v1.ServedFrom;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.pricing.v1.ChargeStatus;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.SearchOrder;
import dev.tollgate.proto.query.v1.SearchUsageRequest;
import dev.tollgate.proto.query.v1.SearchUsageResponse;
import dev.tollgate.proto.query.v1.Source;
import dev.tollgate.proto.query.v1.UsageRow;
import dev.tollgate.proto.query.v1.UsageTotal;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.GetCostRpc;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchUsageIT {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
  private static final FakeTime TIME = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));
  private static final int USUAL_EVENTS = 400;
  private static final int EVENTS = Scale.events(USUAL_EVENTS);

  private final TestLedger ledger;
  private final ClickHouse clickHouse;
  private final List<MadeEvent> events = new ArrayList<>();
  private final String tenant;
  private final String neighbour;

  SearchUsageIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.clickHouse = ClickHouse.connect(TestLedger.settings(stores));
    this.tenant = stores.tenant();
    this.neighbour = stores.tenant() + "-neighbour";
  }

  /// The same kinds of events, under the same ids, for two tenants: a leak would show.
  @BeforeAll
  void fill() throws Exception {
    var random = new Random(1);
    for (var each : List.of(tenant, neighbour)) {
      for (var i = 0; i < EVENTS; i++) {
        events.add(MadeEvent.of(random, each, "e" + i));
      }
    }
    ledger.insertEntries(events.stream().flatMap(event -> event.stored().stream()).toList());
    for (var each : Scale.neighbours(tenant)) {
      if (!each.equals(neighbour)) {
        ledger.insertEntries(
            IntStream.range(0, EVENTS)
                .boxed()
                .flatMap(i -> MadeEvent.of(random, each, "e" + i).stored().stream())
                .toList());
      }
    }
  }

  @AfterAll
  void close() {
    clickHouse.close();
    ledger.close();
  }

  @Test
  void answer_anySearch_isWhatPlainJavaFinds() {
    var pages = new ArrayList<Integer>();
    Seeds.check(
        "searches against a recomputation",
        120,
        5_000,
        (seed, random) -> {
          var request = request(random);
          var who = random.nextBoolean() ? tenant : neighbour;
          var pins = random.nextInt(4) == 0 ? Map.of("team", "a") : Map.<String, String>of();
          var answers = pages(request, caller(who, pins));
          var rows = answers.stream().flatMap(page -> page.getRowsList().stream()).toList();
          var lines = new Searched(events, who, pins, request).lines();
          pages.add(answers.size());

          assertThat(rows.stream().map(row -> row.getEventId() + row.getCost()))
              .as(request.toString())
              .containsExactlyElementsOf(
                  lines.stream()
                      .map(line -> line.event().id() + money(line.currency(), line.cost()))
                      .toList());
          for (var i = 0; i < rows.size(); i++) {
            assertRow(rows.get(i), lines.get(i));
          }
          assertTotals(answers, lines);
        });
    assertThat(pages).anyMatch(count -> count > 5).contains(1);
  }

  private static void assertRow(UsageRow row, Searched.Line line) {
    var event = line.event();
    var latest = line.latest();
    assertThat(row.getEventTime()).isEqualTo(timestamp(event.time()));
    assertThat(row.getCountedTime()).isEqualTo(timestamp(latest.counted()));
    assertThat(row.getReceivedTime())
        .isEqualTo(
            timestamp(
                line.entries().stream()
                    .map(entry -> entry.counted().plusSeconds(1 + entry.seq()))
                    .min(Instant::compareTo)
                    .orElseThrow()));
    assertThat(row.getListCost()).isEqualTo(row.getCost());
    assertThat(row.getChargeCost()).isEqualTo(money(line.currency(), line.cost("CHARGE")));
    assertThat(row.getReversalCost()).isEqualTo(money(line.currency(), line.cost("REVERSAL")));
    assertThat(row.getAdjustmentCost()).isEqualTo(money(line.currency(), line.cost("ADJUST")));
    assertThat(row.getEntries()).isEqualTo(line.entries().size());
    assertThat(row.getEvents()).isEqualTo(line.events());
    assertThat(row.getLowerBound()).isEqualTo(line.unpriced() > 0);
    assertThat(row.getChargeStatus().name()).isEqualTo("CHARGE_STATUS_" + latest.chargeStatus());
    assertThat(row.getPriceBook()).isEqualTo(latest.book());
    assertThat(row.getPriceIdsList())
        .containsExactly(latest.book() + "/in", latest.book() + "/out");
    assertThat(row.getEngineVersion()).isEqualTo("" + (latest.seq() + 1));
    assertThat(row.getRepricingId()).isEqualTo(latest.seq() == 0 ? "" : "repricing-1");
    assertThat(row.getUsageMap()).isEqualTo(event.usage());
    assertThat(row.getInputTokens()).isEqualTo(event.usage().get("input"));
    assertThat(row.getLogicalRequestId()).isEqualTo("l-" + event.id());
    assertThat(row.getAttempt()).isEqualTo(event.attempt());
    assertThat(row.getTerminalStatus().name())
        .isEqualTo("TERMINAL_STATUS_" + event.terminalStatus());
    assertThat(row.getServedFrom()).isEqualTo(ServedFrom.SERVED_FROM_MODEL);
    assertThat(row.hasLatency()).isEqualTo(event.latencyMillis() > 0);
    assertThat(Durations.toMillis(row.getLatency())).isEqualTo(event.latencyMillis());
    assertThat(Durations.toMillis(row.getTimeToFirstToken())).isEqualTo(event.latencyMillis() / 3);
    assertThat(row.hasQualityScore()).isEqualTo(event.quality() >= 0);
    assertThat(row.getQualityScore()).isEqualTo(Math.max(0, event.quality()));
    var dimensions = row.getDimensions();
    assertThat(dimensions.getUser()).isEqualTo(event.dimensions().get("user"));
    assertThat(dimensions.getTeam()).isEqualTo(event.dimensions().get("team"));
    assertThat(dimensions.getSession()).isEqualTo(event.dimensions().get("session"));
    assertThat(dimensions.getTagsMap())
        .isEqualTo(Map.of("tier", event.dimensions().get("feature"), "k'", "v"));
  }

  private static void assertTotals(List<SearchUsageResponse> pages, List<Searched.Line> lines) {
    var currencies = lines.stream().map(Searched.Line::currency).distinct().sorted().toList();
    var expected =
        currencies.stream()
            .map(currency -> {
              var some = lines.stream().filter(line -> line.currency().equals(currency)).toList();
              return UsageTotal.newBuilder()
                  .setCost(
                      money(
                          currency,
                          some.stream()
                              .map(Searched.Line::cost)
                              .reduce(BigInteger.ZERO, BigInteger::add)))
                  .setRows(some.size())
                  .setEvents(some.stream().mapToInt(Searched.Line::events).sum())
                  .setUnpricedEvents(some.stream().mapToInt(Searched.Line::unpriced).sum())
                  .build();
            })
            .toList();
    var unpriced = lines.stream().mapToInt(Searched.Line::unpriced).sum();
    for (var page : pages) {
      assertThat(page.getTotalsList()).isEqualTo(expected);
      assertThat(page.getBasis().getUnpricedEvents()).isEqualTo(unpriced);
      assertThat(page.getBasis().getLowerBound()).isEqualTo(unpriced > 0);
      assertThat(page.getBasis().getCurrencyCodesList()).isEqualTo(currencies);
      assertThat(page.getBasis().getSource()).isEqualTo(Source.SOURCE_RAW);
      assertThat(page.getBasis().getAsOfTime()).isEqualTo(timestamp(TIME.now()));
    }
  }

  @Test
  void totals_sameScope_areTheSumsOfGetCost() {
    for (var month = 5; month < 8; month++) {
      var start = timestamp(Instant.parse("2026-0" + month + "-01T00:00:00Z"));
      var end = timestamp(Instant.parse("2026-0" + (month + 1) + "-01T00:00:00Z"));
      var found =
          rpc(LIMITS)
              .answer(
                  SearchUsageRequest.newBuilder().setStartTime(start).setEndTime(end).build(),
                  caller(tenant, Map.of()));
      var cost =
          new GetCostRpc(answering(LIMITS))
              .answer(
                  GetCostRequest.newBuilder().setStartTime(start).setEndTime(end).build(),
                  caller(tenant, Map.of()));

      assertThat(found.getTotalsList()).isNotEmpty();
      assertThat(found.getTotalsList().stream().map(UsageTotal::getCost).toList())
          .isEqualTo(cost.getTotalsList().stream().map(CostRow::getCost).toList());
      assertThat(found.getTotalsList().stream().map(UsageTotal::getEvents).toList())
          .isEqualTo(cost.getTotalsList().stream().map(CostRow::getEvents).toList());
    }
  }

  @Test
  void answer_readMask_showsThatOnly() {
    var request =
        all()
            .setPageSize(5)
            .setReadMask(
                FieldMask.newBuilder()
                    .addPaths("event_id")
                    .addPaths("cost.amount")
                    .addPaths("dimensions.user")
                    .addPaths("quality_score"))
            .build();
    var masked = rpc(LIMITS).answer(request, caller(tenant, Map.of()));
    var whole =
        rpc(LIMITS).answer(request.toBuilder().clearReadMask().build(), caller(tenant, Map.of()));

    for (var i = 0; i < 5; i++) {
      var row = whole.getRows(i);
      var expected = UsageRow.newBuilder().setEventId(row.getEventId());
      expected.getCostBuilder().setAmount(row.getCost().getAmount());
      expected.getDimensionsBuilder().setUser(row.getDimensions().getUser());
      if (row.hasQualityScore()) {
        expected.setQualityScore(row.getQualityScore());
      }
      assertThat(masked.getRows(i)).isEqualTo(expected.build());
    }
    var next = request.toBuilder().setPageToken(whole.getNextPageToken()).build();
    assertThat(rpc(LIMITS).answer(next, caller(tenant, Map.of())).getRowsCount()).isEqualTo(5);
  }

  @Test
  void answer_pageTokenOfAnother_isFieldInvalid() {
    var request = all().setPageSize(1).build();
    var token = rpc(LIMITS).answer(request, caller(tenant, Map.of())).getNextPageToken();
    assertThat(token).isNotEmpty();
    var next = request.toBuilder().setPageToken(token).build();
    assertThat(rpc(LIMITS).answer(next, caller(tenant, Map.of())).getRowsCount()).isEqualTo(1);

    refused(next, caller(neighbour, Map.of()), "page_token");
    refused(next, caller(tenant, Map.of("team", "a")), "page_token");
    refused(
        next.toBuilder().setOrder(SearchOrder.SEARCH_ORDER_DEAREST_FIRST).build(),
        caller(tenant, Map.of()),
        "page_token");
    refused(
        next.toBuilder().setPageToken(token + "A").build(), caller(tenant, Map.of()), "page_token");
    refused(
        next.toBuilder().setPageToken("x".repeat(100_000)).build(),
        caller(tenant, Map.of()),
        "page_token");
  }

  @Test
  void answer_badFields_namesThemAll() {
    var request =
        all()
            .setPageSize(1_001)
            .addTerminalStatusesValue(99)
            .addChargeStatuses(ChargeStatus.CHARGE_STATUS_PRICED)
            .addChargeStatuses(ChargeStatus.CHARGE_STATUS_PRICED)
            .addChargeStatuses(ChargeStatus.CHARGE_STATUS_UNSPECIFIED)
            .setMinCost(Money.newBuilder().setCurrencyCode("usd").setAmount("1e3"))
            .setReadMask(FieldMask.newBuilder().addPaths("cots").addPaths("usage.input"))
            .addFilters(Filter.newBuilder().setDimension("taem").addValues("a"))
            .setOrderValue(7)
            .build();

    refused(
        request,
        caller(tenant, Map.of()),
        "filters[0].dimension",
        "terminal_statuses[0]",
        "charge_statuses[1]",
        "charge_statuses[2]",
        "min_cost.currency_code",
        "min_cost.amount",
        "order",
        "page_size",
        "read_mask.paths[0]",
        "read_mask.paths[1]");
    refused(
        all()
            .setReadMask(
                FieldMask.newBuilder()
                    .addAllPaths(IntStream.range(0, 65).mapToObj(i -> "cost").toList()))
            .build(),
        caller(tenant, Map.of()),
        "read_mask.paths (size)");
  }

  @Test
  void answer_overALimit_isQueryTooLarge() {
    var few = new Limits(Duration.ofSeconds(20), 10, 1L << 30, 8, 0, 1 << 20);

    var failure =
        catchThrowableOfType(
            Failure.class, () -> rpc(few).answer(all().build(), caller(tenant, Map.of())));

    assertThat(failure.reason()).isEqualTo(Reason.QUERY_TOO_LARGE);
  }

  @Test
  void answer_largestPageOfLongestIds_isAnswered() throws Exception {
    var who = tenant + "-long";
    var rows = new ArrayList<Map<String, Object>>();
    for (var i = 0; i < 1_001; i++) {
      var id = "\\".repeat(120) + (10_000 + i);
      rows.addAll(MadeEvent.of(new Random(i), who, id).stored());
    }
    ledger.insertEntries(rows);

    var answer = rpc(LIMITS).answer(all().setPageSize(1_000).build(), caller(who, Map.of()));

    assertThat(answer.getRowsCount()).isEqualTo(1_000);
    assertThat(answer.getNextPageToken()).isNotEmpty();
  }

  @Test
  void answer_userWasErased_isShownByTheSurrogate() throws Exception {
    var who = tenant + "-people";
    var row = MadeEvent.of(new Random(5), who, "e1").stored().getFirst();
    row.put("user", "ada");
    ledger.insertEntries(List.of(row));
    var ada = all().addFilters(Filter.newBuilder().setDimension("user").addValues("ada")).build();
    assertThat(users(ada, who)).containsExactly("ada");

    ledger.erase(who, "ada");

    assertThat(users(ada, who)).isEmpty();
    assertThat(users(all().build(), who)).containsExactly(TestLedger.surrogate(who, "ada"));
  }

  @Test
  void answer_eventAttributedAnew_isShownWithWhatItHasNow() throws Exception {
    var who = tenant + "-moved";
    var rows = new ArrayList<Map<String, Object>>();
    for (var entry : List.of("CHARGE", "REVERSAL", "ADJUST")) {
      var row = MadeEvent.of(new Random(5), who, "e1").stored().getFirst();
      row.put("entry_seq", rows.size());
      row.put("entry_kind", entry);
      row.put("sign", entry.equals("REVERSAL") ? -1 : 1);
      var isNew = entry.equals("ADJUST");
      row.put("team", isNew ? "growth" : "search");
      row.put("feature", isNew ? "a" : "z");
      row.put("tags", Map.of("tier", isNew ? "gold" : "tin"));
      row.put("attribution_rule", isNew ? "new" : "old");
      rows.add(row);
    }
    ledger.insertEntries(rows);

    var shown = rpc(LIMITS).answer(all().build(), caller(who, Map.of())).getRowsList();

    assertThat(shown).hasSize(1);
    var dimensions = shown.getFirst().getDimensions();
    assertThat(dimensions.getTeam()).isEqualTo("growth");
    assertThat(dimensions.getFeature()).isEqualTo("a");
    assertThat(dimensions.getTagsMap()).isEqualTo(Map.of("tier", "gold"));
    assertThat(shown.getFirst().getAttributionRule()).isEqualTo("new");
    assertThat(shown.getFirst().getEvents()).isEqualTo(1);
    var left = all().addFilters(Filter.newBuilder().setDimension("team").addValues("search"));
    var taken = rpc(LIMITS).answer(left.build(), caller(who, Map.of())).getRowsList();
    assertThat(taken).as("what was taken back leaves a trace").hasSize(1);
    assertThat(taken.getFirst().getEvents()).isZero();
  }

  private List<String> users(SearchUsageRequest request, String who) {
    return rpc(LIMITS).answer(request, caller(who, Map.of())).getRowsList().stream()
        .map(row -> row.getDimensions().getUser())
        .toList();
  }

  /// What would happen if the predicate were lost: this class would notice.
  @Test
  void statements_predicateRemoved_findTheOthers() {
    for (var statement : SearchStatements.of("nobody").stream().limit(4).toList()) {
      var leaking = statement.sql().replace("r.tenant_id = {tenant:String}", "1 = 1");
      assertThat(leaking).isNotEqualTo(statement.sql());
    }
    var question = SearchRequest.read(all().build(), caller("nobody", Map.of())).question();
    for (var statement :
        List.of(
            SearchStatement.page(question, Optional.empty(), 10),
            SearchStatement.totals(question),
            SearchStatement.rows(question, List.of("e1"), hours()))) {
      var leaking = statement.sql().replace("r.tenant_id = {tenant:String}", "1 = 1");
      assertThat(clickHouse.query(leaking, statement.parameters(), row -> row)).isNotEmpty();
      assertThat(clickHouse.query(statement.sql(), statement.parameters(), row -> row)).isEmpty();
    }
  }

  private List<Instant> hours() {
    return events.stream()
        .filter(event -> event.id().equals("e1"))
        .map(event -> event.time().truncatedTo(ChronoUnit.HOURS))
        .toList();
  }

  private void refused(SearchUsageRequest request, Caller caller, String... fields) {
    var failure = catchThrowableOfType(Failure.class, () -> rpc(LIMITS).answer(request, caller));
    assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
    for (var field : fields) {
      assertThat(failure.violations()).anyMatch(violation -> violation.field().equals(field));
    }
    assertThat(failure.violations()).hasSize(fields.length);
  }

  private List<SearchUsageResponse> pages(SearchUsageRequest request, Caller caller) {
    var rpc = rpc(LIMITS);
    var pages = new ArrayList<SearchUsageResponse>();
    var token = "";
    var tokens = new HashSet<String>();
    do {
      var page = rpc.answer(request.toBuilder().setPageToken(token).build(), caller);
      pages.add(page);
      token = page.getNextPageToken();
      assertThat(tokens.add(token)).isTrue();
    } while (!token.isEmpty());
    return pages;
  }

  /* A large ledger is seldom gone through whole, and then by the largest pages. */
  private static void narrow(
      SearchUsageRequest.Builder request, Instant start, RandomGenerator random) {
    if (random.nextInt(50) == 0) {
      request.setPageSize(1_000);
    } else {
      var longest = 30 * 86_400L * USUAL_EVENTS / EVENTS;
      request
          .setStartTime(timestamp(start))
          .setEndTime(timestamp(start.plusSeconds(3_600 + random.nextLong(longest))));
    }
  }

  private static SearchUsageRequest request(RandomGenerator random) {
    var start = MadeEvent.START.plusSeconds(random.nextLong(30 * 86_400L));
    var request =
        SearchUsageRequest.newBuilder()
            .setStartTime(timestamp(random.nextBoolean() ? MadeEvent.START : start))
            .setEndTime(timestamp(start.plusSeconds(3_600 + random.nextLong(30 * 86_400L))))
            .setOrder(SearchOrder.forNumber(random.nextInt(3)))
            .setPageSize(random.nextBoolean() ? 0 : random.nextInt(7, 60));
    if (EVENTS > USUAL_EVENTS) {
      narrow(request, start, random);
    }
    if (random.nextInt(3) == 0) {
      var names = List.of("team", "user", "endpoint", "tags.tier", "session");
      request.addFilters(
          Filter.newBuilder()
              .setDimension(names.get(random.nextInt(names.size())))
              .addValues(MadeEvent.VALUES.get(random.nextInt(MadeEvent.VALUES.size())))
              .addValues("a"));
    }
    if (random.nextInt(4) == 0) {
      request.addTerminalStatuses(TerminalStatus.TERMINAL_STATUS_ERROR);
      request.addTerminalStatuses(TerminalStatus.TERMINAL_STATUS_SUCCESS);
    }
    if (random.nextInt(4) == 0) {
      request.addChargeStatuses(ChargeStatus.CHARGE_STATUS_PRICED);
      request.addChargeStatuses(ChargeStatus.CHARGE_STATUS_USAGE_INVALID);
    }
    if (random.nextInt(4) == 0) {
      request.setMinCost(
          Money.newBuilder()
              .setCurrencyCode(random.nextBoolean() ? "USD" : "EUR")
              .setAmount(random.nextInt(8) + (random.nextBoolean() ? "" : ".000000000001")));
    }
    return request.build();
  }

  private static SearchUsageRequest.Builder all() {
    return SearchUsageRequest.newBuilder()
        .setStartTime(timestamp(Instant.parse("2026-01-01T00:00:00Z")))
        .setEndTime(timestamp(Instant.parse("2027-01-01T00:00:00Z")));
  }

  private SearchUsageRpc rpc(Limits limits) {
    return new SearchUsageRpc(answering(limits));
  }

  private Answering answering(Limits limits) {
    return new Answering(clickHouse, limits, new PageTokens(new Secret("key")), TIME);
  }

  private static Caller caller(String tenant, Map<String, String> pins) {
    return new Caller("key", Set.of(Role.ROLE_READER), tenant, pins);
  }

  private static Money money(String currency, BigInteger picos) {
    return Money.newBuilder()
        .setCurrencyCode(currency)
        .setAmount(new BigDecimal(picos, 12).toPlainString())
        .build();
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamps.fromMillis(instant.toEpochMilli());
  }
}
