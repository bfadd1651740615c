package dev.tollgate.query.waste;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.FilterOperator;
import dev.tollgate.proto.query.v1.GetRetryWasteRequest;
import dev.tollgate.proto.query.v1.ReportingCurrency;
import dev.tollgate.proto.query.v1.RetryWasteRow;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.MadeRates;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.fx.FxTables;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.outcome.Entry;
import dev.tollgate.query.outcome.MadeLedger;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GetRetryWasteIT {
  private static final int ROWS_MAX = 10_000;
  private static final FakeTime TIME = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));

  private final TestLedger ledger;
  private final String tenant;
  private final GetRetryWasteRpc rpc;
  private final List<Entry> entries = new ArrayList<>();
  private final MadeRates euros =
      MadeRates.random(
          new Random(12),
          "EUR",
          List.of("USD"),
          LocalDate.parse("2026-01-01"),
          LocalDate.parse("2026-06-01"));

  GetRetryWasteIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    var tokens = new PageTokens(new Secret("key"));
    this.rpc = new GetRetryWasteRpc(new Answering(ledger.clickHouse(), limits, tokens, TIME));
  }

  /// A neighbour's events have the same logical requests.
  @BeforeAll
  void fill() throws Exception {
    var events = Scale.events(600);
    for (var each : Scale.neighbours(tenant)) {
      MadeLedger.fill(ledger, new MadeLedger(new Random(11), each).entries(events), List.of());
    }
    entries.addAll(new MadeLedger(new Random(11), tenant).entries(events));
    MadeLedger.fill(ledger, entries, List.of());
    euros.put(new FxTables(new LateControlTable(ledger.clickHouse(), FxTables.TABLE)), tenant);
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  @Test
  void answer_anyQuestion_isWhatPlainJavaRecomputes() {
    Seeds.check(
        "waste questions against a recomputation",
        100,
        1_000,
        (seed, random) -> {
          var rates = random.nextBoolean() ? euros : MadeRates.NONE;
          var request = rates == euros ? converted(request(random)) : request(random);
          var pins = random.nextInt(4) == 0 ? Map.of("team", "a") : Map.<String, String>of();
          var answer =
              rpc.answer(request, new Caller("key", Set.of(Role.ROLE_READER), tenant, pins));
          var recomputed =
              new RecomputedWaste(
                  entries.stream().filter(entry -> entry.tenant().equals(tenant)).toList(),
                  entry ->
                      pins.entrySet().stream()
                          .allMatch(pin -> entry.value(pin.getKey()).equals(pin.getValue())),
                  entry -> kept(entry, request),
                  request,
                  rates);
          assertThat(answer.getBasis().hasConversion()).isEqualTo(rates == euros);

          assertThat(answer.getRowsList().stream().map(GetRetryWasteIT::text))
              .as(request.toString())
              .containsExactlyInAnyOrderElementsOf(recomputed.rows());
          var totals = new TreeMap<String, String>();
          answer
              .getTotalsList()
              .forEach(row ->
                  totals.put(row.getWasteCost().getCurrencyCode(), row.getWasteCost().getAmount()));
          assertThat(totals).isEqualTo(recomputed.waste());
        });
  }

  /// The first model failed for 3 dollars, the second answered for 4; a call of its own failed for
  /// 1.
  @Test
  void answer_anotherModelTookOver_isWasteOfTheFirst() throws Exception {
    var who = tenant + "-took-over";
    MadeLedger.fill(
        ledger,
        List.of(
            call(who, "e1", "first", "l1", 1, "ERROR", 3),
            call(who, "e2", "second", "l1", 2, "SUCCESS", 4),
            call(who, "e3", "second", "", 1, "ERROR", 1),
            call(who, "e4", "second", "", 1, "CANCELLED", 2)),
        List.of());
    var request = range().addGroupBy("model").build();
    var caller = new Caller("key", Set.of(Role.ROLE_READER), who, Map.of());

    var rows = rpc.answer(request, caller).getRowsList();

    assertThat(rows).extracting(row -> row.getGroup(0)).containsExactly("first", "second");
    assertThat(rows.get(0).getWasteShare()).isEqualTo(1.0);
    assertThat(rows.get(0).getSupersededCost().getAmount()).isEqualTo("3.000000000000");
    assertThat(rows.get(1).getWasteCost().getAmount()).isEqualTo("1.000000000000");
    assertThat(rows.get(1).getWasteShare()).isEqualTo(1.0 / 7);
    var total = rpc.answer(request, caller).getTotals(0);
    assertThat(total.getWasteShare()).isEqualTo(0.4);
    assertThat(total.getErrorCost().getAmount()).isEqualTo("4.000000000000");
    assertThat(total.getRetryRate()).isEqualTo(0.25);
  }

  /// One more than the contract has room for.
  @Test
  void answer_tooManyRows_isRefused() throws Exception {
    var who = tenant + "-many";
    var calls = new ArrayList<Entry>();
    for (int i = 0; i <= ROWS_MAX; i++) {
      calls.add(call(who, "e" + i, "m" + i, "", 1, "ERROR", 1));
    }
    MadeLedger.fill(ledger, calls, List.of());
    var caller = new Caller("key", Set.of(Role.ROLE_READER), who, Map.of());
    var all = range().addGroupBy("model");
    var rest =
        all.clone()
            .addFilters(
                Filter.newBuilder()
                    .setDimension("model")
                    .setOperator(FilterOperator.FILTER_OPERATOR_NOT_IN)
                    .addValues("m7"));

    assertThat(rpc.answer(rest.build(), caller).getRowsCount()).isEqualTo(ROWS_MAX);
    assertThatThrownBy(() -> rpc.answer(all.build(), caller))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.QUERY_TOO_LARGE));
  }

  private static Entry call(
      String who, String id, String model, String logical, int attempt, String end, long units) {
    var time = Instant.parse("2026-03-02T10:00:00Z").plusSeconds(attempt);
    return new Entry(
        who,
        id,
        0,
        time,
        Instant.EPOCH,
        time,
        Map.of("model", model),
        "USD",
        units * 1_000_000_000_000L,
        "PRICED",
        end,
        logical,
        attempt,
        1,
        1);
  }

  private static GetRetryWasteRequest converted(GetRetryWasteRequest request) {
    return request.toBuilder()
        .setReportingCurrency(ReportingCurrency.newBuilder().setFxTableId("group"))
        .build();
  }

  private static GetRetryWasteRequest.Builder range() {
    return GetRetryWasteRequest.newBuilder()
        .setStartTime(seconds(MadeLedger.START.getEpochSecond()))
        .setEndTime(seconds(MadeLedger.START.getEpochSecond() + 20 * 86_400));
  }

  private static GetRetryWasteRequest request(RandomGenerator random) {
    var from = MadeLedger.START.getEpochSecond() + random.nextInt(15 * 86_400);
    var request = range();
    if (random.nextInt(3) > 0) {
      request
          .setStartTime(seconds(from))
          .setEndTime(seconds(from + 1 + random.nextInt(10 * 86_400)));
    }
    var names = List.of("feature", "model", "team", "session", "endpoint");
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

  private static boolean kept(Entry entry, GetRetryWasteRequest request) {
    return request.getFiltersList().stream()
        .allMatch(filter ->
            filter.getValuesList().contains(entry.value(filter.getDimension()))
                != (filter.getOperator() == FilterOperator.FILTER_OPERATOR_NOT_IN));
  }

  private static String text(RetryWasteRow row) {
    var key = new ArrayList<>(row.getGroupList());
    key.add(row.getCost().getCurrencyCode());
    assertThat(row.getLowerBound()).isEqualTo(row.getUnpricedEvents() > 0);
    return ("%s waste %s = %s + %s of %s: %s; errors %s; %d superseded of %d: %s;"
            + " %d finals, %d failed, %d unpriced")
        .formatted(
            key,
            row.getWasteCost().getAmount(),
            row.getSupersededCost().getAmount(),
            row.getFailedFinalCost().getAmount(),
            row.getCost().getAmount(),
            row.hasWasteShare() ? "%.9f".formatted(row.getWasteShare()) : "none",
            row.getErrorCost().getAmount(),
            row.getSupersededEvents(),
            row.getEvents(),
            row.hasRetryRate() ? row.getRetryRate() : "none",
            row.getFailedFinals(),
            row.getErrors(),
            row.getUnpricedEvents());
  }

  private static Timestamp seconds(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }
}
