package dev.tollgate.query.focus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.ExportFocusRequest;
import dev.tollgate.proto.query.v1.ExportFocusResponse;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.FocusRow;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.GetCostRpc;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.outcome.MadeLedger;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.query.unit.Paid;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExportFocusIT {
  private static final FakeTime TIME = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));
  private static final LocalDate START = LocalDate.ofInstant(MadeCharges.START, ZoneOffset.UTC);

  private final TestLedger ledger;
  private final String tenant;
  private final List<Map<String, Object>> entries;
  private final List<Paid> paid;
  private final Answering answering;
  private final ExportFocusRpc rpc;

  ExportFocusIT(Stores stores) throws Exception {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    for (var neighbour : Scale.neighbours(tenant)) {
      store(neighbour);
    }
    this.entries = store(tenant);
    this.paid = paid(tenant);
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    var tokens = new PageTokens(new Secret("key"));
    this.answering = new Answering(ledger.clickHouse(), limits, tokens, TIME);
    this.rpc = new ExportFocusRpc(answering);
  }

  private List<Map<String, Object>> store(String who) throws Exception {
    var made = new MadeCharges(new Random(7), who).entries(Scale.events(600));
    ledger.insertEntries(made);
    ledger.insert("cost_lines", paid(who).stream().map(Paid::row).toList());
    return made;
  }

  private static List<Paid> paid(String who) {
    var random = new Random(8);
    return Paid.lines(random, new MadeLedger(random, who), who);
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  @Test
  void answer_anyQuestion_isWhatPlainJavaRecomputes() {
    Seeds.check(
        "exports against a recomputation",
        30,
        300,
        (seed, random) -> {
          var request = request(random);
          var pins = random.nextInt(4) == 0 ? Map.of("team", "a") : Map.<String, String>of();
          var rows = all(request.build(), pins);

          assertThat(rows.stream().filter(row -> !row.hasXCostId()).map(RecomputedFocus::usage))
              .as(request.toString())
              .containsExactlyInAnyOrderElementsOf(
                  recomputed(request).usage(entries, entry -> kept(entry, request, pins)));
          assertThat(rows.stream().filter(FocusRow::hasXCostId).map(RecomputedFocus::line))
              .as(request.toString())
              .containsExactlyInAnyOrderElementsOf(
                  recomputed(request)
                      .lines(paid, line -> kept(new HashMap<>(line.dimensions()), request, pins)));
          assertThat(rows).allSatisfy(row -> assertThat(FocusRules.complaints(row)).isEmpty());
        });
  }

  @Test
  void answer_billedCosts_sumUpToWhatGetCostSaysAndToTheTotals() {
    var request = range(START, START.plusDays(MadeCharges.DAYS));
    var cost =
        new GetCostRpc(answering)
            .answer(
                GetCostRequest.newBuilder()
                    .setStartTime(request.getStartTime())
                    .setEndTime(request.getEndTime())
                    .build(),
                caller(Map.of()));

    var answer = ask(request.setPageSize(10_000).build(), Map.of());
    var rows = all(request.build(), Map.of());

    assertThat(answer.getNextPageToken().isEmpty()).isEqualTo(rows.size() <= 10_000);
    assertThat(sums(rows.stream().filter(row -> !row.hasXCostId())))
        .isEqualTo(amounts(cost.getTotalsList().stream().map(total -> total.getCost())));
    assertThat(sums(rows.stream())).isEqualTo(amounts(answer.getTotalsList().stream()));
    assertThat(answer.getBasis().getUnpricedEvents())
        .isEqualTo(cost.getBasis().getUnpricedEvents())
        .isPositive();
    assertThat(rows.stream().map(FocusRow::getChargeClass)).contains("", "Correction");
  }

  @Test
  void answer_pagesOfAnySize_areTheSameRowsInTheSameOrder() {
    var request = range(START.plusDays(3), START.plusDays(12)).addGroupBy("team");
    var whole = ask(request.clone().setPageSize(10_000).build(), Map.of()).getRowsList();

    assertThat(whole.stream().map(FocusRow::getXCostId)).contains("").hasSizeGreaterThan(100);
    for (var size : List.of(37, whole.size() - 1)) {
      assertThat(all(request.clone().setPageSize(size).build(), Map.of())).isEqualTo(whole);
    }
  }

  @Test
  void answer_costLine_isAPurchaseOrACredit() throws Exception {
    var who = tenant + "-few";
    ledger.insert("cost_lines", List.of(line(who, "rent", 3), line(who, "back", -3)));

    var rows =
        rpc.answer(
                range(LocalDate.of(2026, 1, 31), LocalDate.of(2026, 2, 2))
                    .addGroupBy("cost_center")
                    .addGroupBy("tags.ticket")
                    .build(),
                new Caller("key", Set.of(Role.ROLE_READER), who, Map.of()))
            .getRowsList();

    assertThat(rows).hasSize(4);
    var credit = rows.get(0);
    assertThat(credit.getChargeCategory()).isEqualTo("Credit");
    assertThat(credit.getBilledCost()).isEqualTo("-1.000000000000");
    assertThat(credit.hasPricingQuantity() || credit.hasSkuId()).isFalse();
    var purchase = rows.get(1);
    assertThat(purchase.getChargeCategory()).isEqualTo("Purchase");
    assertThat(purchase.getXCostId()).isEqualTo("rent");
    assertThat(purchase.getServiceName()).isEqualTo("gpu");
    assertThat(purchase.getChargeDescription()).isEqualTo("Two cards");
    assertThat(purchase.getProviderName()).isEqualTo("coreweave");
    assertThat(purchase.getListCost()).isEqualTo("1.000000000000");
    assertThat(purchase.getChargePeriodStart()).isEqualTo("2026-01-31T00:00:00Z");
    assertThat(purchase.getBillingPeriodEnd()).isEqualTo("2026-02-01T00:00:00Z");
    assertThat(purchase.getTags()).isEqualTo("{\"tollgate:cost_center\":\"cc\",\"ticket\":\"7\"}");
    assertThat(rows).allSatisfy(row -> assertThat(FocusRules.complaints(row)).isEmpty());
  }

  private static Map<String, Object> line(String who, String id, long amount) {
    var line = new HashMap<String, Object>();
    line.put("tenant_id", who);
    line.put("cost_id", id);
    line.put("start_time", "2026-01-30 00:00:00.000");
    line.put("end_time", "2026-02-02 00:00:00.000");
    line.put("category", "gpu");
    line.put("description", "Two cards");
    line.put("provider", "coreweave");
    line.put("cost_center", "cc");
    line.put("tags", Map.of("ticket", "7"));
    line.put("currency", "USD");
    line.put("amount_picos", amount * 1_000_000_000_000L);
    return line;
  }

  @Test
  void answer_badRequests_areRefused() {
    assertInvalid(ExportFocusRequest.getDefaultInstance(), "start_time");
    var cut = range(START, START.plusDays(1)).setEndTime(seconds(1_772_323_201));
    assertInvalid(cut.build(), "end_time: 2026-03-01T00:00:01Z (expected: the first instant of");
    assertInvalid(range(START, START).build(), "end_time");
    assertInvalid(range(START, START.plusDays(1)).addGroupBy("teem").build(), "nearest: team");
    assertInvalid(range(START, START.plusDays(1)).setPageSize(10_001).build(), "page_size");
    var first = ask(range(START, START.plusDays(5)).setPageSize(1).build(), Map.of());
    var other = range(START, START.plusDays(4)).setPageToken(first.getNextPageToken());
    assertInvalid(other.build(), "page_token");
  }

  private void assertInvalid(ExportFocusRequest request, String text) {
    assertThatThrownBy(() -> ask(request, Map.of()))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
              assertThat(failure.getMessage()).contains(text);
            });
  }

  private List<FocusRow> all(ExportFocusRequest request, Map<String, String> pins) {
    var rows = new ArrayList<FocusRow>();
    var token = "";
    do {
      var page = ask(request.toBuilder().setPageToken(token).build(), pins);
      rows.addAll(page.getRowsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return rows;
  }

  private ExportFocusResponse ask(ExportFocusRequest request, Map<String, String> pins) {
    return rpc.answer(request, caller(pins));
  }

  private Caller caller(Map<String, String> pins) {
    return new Caller("key", Set.of(Role.ROLE_READER), tenant, pins);
  }

  private static ExportFocusRequest.Builder request(RandomGenerator random) {
    var start = START.plusDays(random.nextInt(MadeCharges.DAYS));
    var request = range(start, start.plusDays(1 + random.nextInt(20)));
    var names = List.of("team", "user", "tags.k", "model");
    var first = random.nextInt(names.size());
    request.addAllGroupBy(names.subList(first, Math.min(names.size(), first + random.nextInt(3))));
    if (random.nextInt(3) == 0) {
      request.addFilters(Filter.newBuilder().setDimension("model").addValues("a").addValues(""));
    }
    return request.setPageSize(List.of(0, 50, 10_000).get(random.nextInt(3)));
  }

  private static boolean kept(
      Map<String, ?> values, ExportFocusRequest.Builder request, Map<String, String> pins) {
    return pins.entrySet().stream().allMatch(pin -> pin.getValue().equals(values.get(pin.getKey())))
        && request.getFiltersList().stream()
            .allMatch(filter ->
                filter.getValuesList().contains(String.valueOf(values.get(filter.getDimension()))));
  }

  private static RecomputedFocus recomputed(ExportFocusRequest.Builder request) {
    return new RecomputedFocus(
        LocalDate.ofEpochDay(request.getStartTime().getSeconds() / 86_400),
        LocalDate.ofEpochDay(request.getEndTime().getSeconds() / 86_400),
        request.getGroupByList());
  }

  private static Map<String, BigDecimal> sums(Stream<FocusRow> rows) {
    var sums = new TreeMap<String, BigDecimal>();
    rows.forEach(row ->
        sums.merge(row.getBillingCurrency(), new BigDecimal(row.getBilledCost()), BigDecimal::add));
    return sums;
  }

  private static Map<String, BigDecimal> amounts(Stream<Money> totals) {
    var amounts = new TreeMap<String, BigDecimal>();
    totals.forEach(
        total -> amounts.put(total.getCurrencyCode(), new BigDecimal(total.getAmount())));
    return amounts;
  }

  private static ExportFocusRequest.Builder range(LocalDate start, LocalDate end) {
    return ExportFocusRequest.newBuilder()
        .setStartTime(seconds(start.toEpochDay() * 86_400))
        .setEndTime(seconds(end.toEpochDay() * 86_400));
  }

  private static Timestamp seconds(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }
}
