package dev.tollgate.query.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.CohortState;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.FilterOperator;
import dev.tollgate.proto.query.v1.GetCostPerOutcomeRequest;
import dev.tollgate.proto.query.v1.GetCostPerOutcomeResponse;
import dev.tollgate.proto.query.v1.OutcomeCostRow;
import dev.tollgate.proto.query.v1.OutcomeCounting;
import dev.tollgate.proto.query.v1.Reference;
import dev.tollgate.proto.query.v1.ReportingCurrency;
import dev.tollgate.proto.query.v1.Source;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.MadeRates;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.fx.FxTables;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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
class GetCostPerOutcomeIT {
  private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");
  private static final FakeTime TIME = new FakeTime(NOW);
  private static final long DAY = 86_400;
  private static final int EVENTS = Scale.events(600);

  private final TestLedger ledger;
  private final String tenant;
  private final GetCostPerOutcomeRpc rpc;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Said> outcomes = new ArrayList<>();
  private final MadeRates francs =
      MadeRates.random(
          new Random(8),
          "CHF",
          List.of("EUR", "USD"),
          LocalDate.parse("2026-01-01"),
          LocalDate.parse("2026-06-01"));

  GetCostPerOutcomeIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    var limits = new Limits(java.time.Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    this.rpc =
        new GetCostPerOutcomeRpc(
            new Answering(ledger.clickHouse(), limits, new PageTokens(new Secret("key")), TIME));
  }

  /// The same kinds of events for a neighbour, so that a leak would move every sum.
  @BeforeAll
  void fill() throws Exception {
    for (var each : Scale.neighbours(tenant)) {
      var made = new MadeLedger(new Random(7), each);
      MadeLedger.fill(ledger, made.entries(EVENTS), made.outcomes(EVENTS / 3));
    }
    var made = new MadeLedger(new Random(7), tenant);
    entries.addAll(made.entries(EVENTS));
    outcomes.addAll(made.outcomes(EVENTS / 3));
    MadeLedger.fill(ledger, entries, outcomes);
    francs.put(new FxTables(new LateControlTable(ledger.clickHouse(), FxTables.TABLE)), tenant);
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  @Test
  void answer_anyQuestion_isWhatPlainJavaRecomputes() {
    var sources = EnumSet.noneOf(Source.class);
    Seeds.check(
        "outcome questions against a recomputation",
        200,
        2_000,
        (seed, random) -> {
          var rates = random.nextBoolean() ? francs : MadeRates.NONE;
          var request = rates == francs ? converted(request(random)) : request(random);
          var pins = random.nextInt(6) == 0 ? Map.of("team", "a") : Map.<String, String>of();
          var answer = rpc.answer(request, caller(tenant, pins));
          var recomputed =
              new RecomputedOutcomes(
                  entries.stream().filter(entry -> entry.tenant().equals(tenant)).toList(),
                  outcomes.stream().filter(said -> said.tenant().equals(tenant)).toList(),
                  entry -> visible(entry, request, pins),
                  request,
                  rates);

          assertThat(answer.getBasis().hasConversion()).isEqualTo(rates == francs);
          assertThat(answer.getRowsList().stream().map(GetCostPerOutcomeIT::text))
              .as(request.toString())
              .containsExactlyInAnyOrderElementsOf(recomputed.rows());
          assertThat(answer.getRowsList()).allSatisfy(GetCostPerOutcomeIT::assertAddsUp);
          for (var total : answer.getTotalsList()) {
            assertAddsUp(total);
            assertThat(total.getTotalCost().getAmount())
                .isEqualTo(money(recomputed.total(total.getTotalCost().getCurrencyCode())));
          }
          assertSettled(request, answer, recomputed);
          sources.add(answer.getBasis().getSource());
        });
    assertThat(sources).containsExactlyInAnyOrder(Source.SOURCE_ROLLUP, Source.SOURCE_RAW);
  }

  private static void assertAddsUp(OutcomeCostRow row) {
    assertThat(amount(row.getAttributedCost().getAmount()))
        .isEqualTo(
            amount(row.getTotalCost().getAmount())
                .subtract(amount(row.getUnattributedCost().getAmount())));
    assertThat(row.getLowerBound()).isEqualTo(row.getUnpricedEvents() > 0);
  }

  private static void assertSettled(
      GetCostPerOutcomeRequest request,
      GetCostPerOutcomeResponse answer,
      RecomputedOutcomes recomputed) {
    var window = request.hasSettleWindow() ? request.getSettleWindow().getSeconds() : 7 * DAY;
    var settled = recomputed.settled(java.time.Duration.ofSeconds(window));
    var asOf = request.hasAsOfTime() ? request.getAsOfTime() : timestamp(NOW);
    assertThat(answer.getSettleTime()).isEqualTo(timestamp(settled));
    assertThat(answer.getAsOfTime()).isEqualTo(asOf);
    assertThat(answer.getState())
        .isEqualTo(
            Instant.ofEpochSecond(asOf.getSeconds(), asOf.getNanos()).isBefore(settled)
                ? CohortState.COHORT_STATE_PROVISIONAL
                : CohortState.COHORT_STATE_SETTLED);
  }

  @Test
  void cohorts_ofAdjoiningRanges_addUpToAllThatWasSpent() {
    var all = BigDecimal.ZERO;
    for (var entry : entries) {
      if (entry.tenant().equals(tenant) && entry.currency().equals("USD")) {
        all =
            all.add(BigDecimal.valueOf(entry.costPicos(), 12).multiply(amount(entry.sign() + "")));
      }
    }
    for (var cut : List.of("2026-03-08T00:00:00Z", "2026-03-08T11:59:59.999Z")) {
      var sum = BigDecimal.ZERO;
      for (var range :
          List.of(range("2026-01-01T00:00:00Z", cut), range(cut, "2026-06-01T00:00:00Z"))) {
        var answer = rpc.answer(range.build(), caller(tenant, Map.of()));
        sum = sum.add(amount(usd(answer).getTotalCost().getAmount()));
      }
      assertThat(sum).isEqualTo(all);
    }
  }

  /// A session of 3 and one of 5 dollars, begun on May 1; a call of 2 dollars that names none.
  @Test
  void cohort_withLateAndReversedOutcomes_restatesAtEachTime() throws Exception {
    var who = tenant + "-restated";
    MadeLedger.fill(
        ledger,
        List.of(
            call(who, "e1", "s1", "2026-05-01T10:00:00Z", 2),
            call(who, "e2", "s1", "2026-05-03T10:00:00Z", 1),
            call(who, "e3", "s2", "2026-05-01T11:00:00Z", 5),
            call(who, "e4", "", "2026-05-01T12:00:00Z", 2)),
        List.of(
            said(who, "o1", "s1", "SUCCESS", "", "2026-05-02T00:00:00Z"),
            said(who, "o2", "s2", "SUCCESS", "", "2026-05-09T00:00:00Z"),
            said(who, "o3", "s1", "REVERSED", "o1", "2026-05-12T00:00:00Z"),
            said(who, "o4", "s2", "FAILURE", "o2", "2026-05-14T00:00:00Z"),
            said(who, "o5", "s1", "SUCCESS", "o3", "2026-05-16T00:00:00Z")));

    assertThat(restated(who, "2026-05-01T23:00:00Z"))
        .isEqualTo("9 = 7 + 2, none, 0.0 of 2, PROVISIONAL");
    assertThat(restated(who, "2026-05-02T01:00:00Z"))
        .isEqualTo("9 = 7 + 2, 7, 0.5 of 2, PROVISIONAL");
    assertThat(restated(who, "2026-05-04T00:00:00Z"))
        .isEqualTo("10 = 8 + 2, 8, 0.5 of 2, PROVISIONAL");
    assertThat(restated(who, "2026-05-09T23:59:59Z"))
        .isEqualTo("10 = 8 + 2, 4, 1.0 of 2, PROVISIONAL");
    assertThat(restated(who, "2026-05-10T10:00:00Z")).isEqualTo("10 = 8 + 2, 4, 1.0 of 2, SETTLED");
    assertThat(restated(who, "2026-05-13T00:00:00Z")).isEqualTo("10 = 8 + 2, 8, 0.5 of 2, SETTLED");
    assertThat(restated(who, "2026-05-15T00:00:00Z"))
        .isEqualTo("10 = 8 + 2, none, 0.5 of 2, SETTLED");
    assertThat(restated(who, "2026-05-17T00:00:00Z")).isEqualTo("10 = 8 + 2, 8, 1.0 of 2, SETTLED");
  }

  private String restated(String who, String asOf) {
    var request =
        range("2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z").setAsOfTime(time(asOf)).build();
    var answer = rpc.answer(request, caller(who, Map.of()));
    var total = usd(answer);
    return "%s = %s + %s, %s, %s of %d, %s"
        .formatted(
            whole(total.getTotalCost().getAmount()),
            whole(total.getAttributedCost().getAmount()),
            whole(total.getUnattributedCost().getAmount()),
            total.hasCostPerSuccess() ? whole(total.getCostPerSuccess().getAmount()) : "none",
            total.getLabelCoverage(),
            total.getReferences(),
            answer.getState().name().substring("COHORT_STATE_".length()));
  }

  private static String whole(String amount) {
    return amount(amount).toBigIntegerExact().toString();
  }

  @Test
  void answer_severalOutcomesOfASession_countAsAsked() throws Exception {
    var who = tenant + "-several";
    MadeLedger.fill(
        ledger,
        List.of(call(who, "e1", "s1", "2026-05-01T10:00:00Z", 6)),
        List.of(
            said(who, "o1", "s1", "SUCCESS", "", "2026-05-02T00:00:00Z"),
            said(who, "o2", "s1", "SUCCESS", "", "2026-05-02T01:00:00Z"),
            said(who, "o3", "s1", "FAILURE", "", "2026-05-02T02:00:00Z")));
    var each = range("2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z");
    var latest = each.clone().setCounting(OutcomeCounting.OUTCOME_COUNTING_LATEST);

    var counted = usd(rpc.answer(each.build(), caller(who, Map.of())));
    assertThat(counted.getCostPerSuccess().getAmount()).isEqualTo("3.000000000000");
    assertThat(List.of(counted.getSuccesses(), counted.getFailures())).isEqualTo(List.of(2L, 1L));
    var last = usd(rpc.answer(latest.build(), caller(who, Map.of())));
    assertThat(last.hasCostPerSuccess()).isFalse();
    assertThat(List.of(last.getSuccesses(), last.getFailures())).isEqualTo(List.of(0L, 1L));
  }

  private static Entry call(String who, String id, String session, String time, long units) {
    return new Entry(
        who,
        id,
        0,
        Instant.parse(time),
        Instant.EPOCH,
        Instant.parse(time),
        Map.of("session", session),
        "USD",
        units * 1_000_000_000_000L,
        "PRICED",
        "SUCCESS",
        "",
        1,
        1,
        1);
  }

  private static Said said(
      String who, String id, String session, String result, String supersedes, String time) {
    var at = Instant.parse(time);
    return new Said(
        who, id, at, at, "resolved", result, supersedes, Map.of("session", session), "", 0);
  }

  private static OutcomeCostRow usd(GetCostPerOutcomeResponse answer) {
    return answer.getTotalsList().stream()
        .filter(row -> row.getTotalCost().getCurrencyCode().equals("USD"))
        .findFirst()
        .orElseThrow();
  }

  private static GetCostPerOutcomeRequest converted(GetCostPerOutcomeRequest request) {
    return request.toBuilder()
        .setReportingCurrency(ReportingCurrency.newBuilder().setFxTableId("group"))
        .build();
  }

  private static GetCostPerOutcomeRequest request(RandomGenerator random) {
    var days = random.nextInt(3) > 0;
    var from = MadeLedger.START.getEpochSecond() + random.nextInt(15) * DAY;
    var to = from + random.nextInt(1, 12) * DAY;
    var references = EnumSet.complementOf(EnumSet.of(Reference.UNRECOGNIZED)).stream().toList();
    var request =
        GetCostPerOutcomeRequest.newBuilder()
            .setStartTime(timestamp(Instant.ofEpochSecond(from).plusMillis(days ? 0 : 1_234)))
            .setEndTime(timestamp(Instant.ofEpochSecond(to).plusMillis(days ? 0 : 43_199_999)))
            .setKind(random.nextInt(4) == 0 ? "converted" : "resolved")
            .setReference(references.get(random.nextInt(1, references.size())))
            .setCountingValue(random.nextInt(3));
    if (random.nextInt(3) == 0) {
      var names = new ArrayList<>(List.of("feature", "model", "team", "endpoint", "session"));
      Collections.shuffle(names, new Random(random.nextLong()));
      request.addAllGroupBy(names.subList(0, random.nextInt(1, 3)));
    }
    if (random.nextInt(4) == 0) {
      request.addFilters(
          Filter.newBuilder()
              .setDimension(random.nextBoolean() ? "feature" : "model")
              .setOperatorValue(random.nextInt(3))
              .addAllValues(List.of("a", random.nextBoolean() ? "" : "b")));
    }
    if (random.nextInt(3) == 0) {
      var asOf = MadeLedger.START.plusSeconds(random.nextLong(30 * DAY)).plusMillis(7);
      request.setAsOfTime(timestamp(asOf));
    }
    if (random.nextBoolean()) {
      request.setSettleWindow(Duration.newBuilder().setSeconds(random.nextInt(300) * DAY));
    }
    return request.build();
  }

  private static boolean visible(
      Entry entry, GetCostPerOutcomeRequest request, Map<String, String> pins) {
    return pins.entrySet().stream()
            .allMatch(pin -> entry.value(pin.getKey()).equals(pin.getValue()))
        && request.getFiltersList().stream()
            .allMatch(filter ->
                filter.getValuesList().contains(entry.value(filter.getDimension()))
                    != (filter.getOperator() == FilterOperator.FILTER_OPERATOR_NOT_IN));
  }

  private static String text(OutcomeCostRow row) {
    return ("%s %s total %s attributed %s labelled %s unattributed %s refs %d of %d coverage %s"
            + " +%d -%d per %s events %d retries %d errors %d other %d unpriced %d")
        .formatted(
            row.getGroupList(),
            row.getTotalCost().getCurrencyCode(),
            row.getTotalCost().getAmount(),
            row.getAttributedCost().getAmount(),
            row.getLabelledCost().getAmount(),
            row.getUnattributedCost().getAmount(),
            row.getLabelledReferences(),
            row.getReferences(),
            row.hasLabelCoverage() ? row.getLabelCoverage() : "none",
            row.getSuccesses(),
            row.getFailures(),
            row.hasCostPerSuccess() ? row.getCostPerSuccess().getAmount() : "none",
            row.getEvents(),
            row.getRetries(),
            row.getErrors(),
            row.getUnattributedEvents(),
            row.getUnpricedEvents());
  }

  private static GetCostPerOutcomeRequest.Builder range(String start, String end) {
    return GetCostPerOutcomeRequest.newBuilder()
        .setStartTime(time(start))
        .setEndTime(time(end))
        .setKind("resolved")
        .setReference(Reference.REFERENCE_SESSION);
  }

  private static Caller caller(String tenant, Map<String, String> pins) {
    return new Caller("key", Set.of(Role.ROLE_READER), tenant, pins);
  }

  private static BigDecimal amount(String text) {
    return new BigDecimal(text);
  }

  private static String money(BigInteger picos) {
    return new BigDecimal(picos, 12).toPlainString();
  }

  private static Timestamp time(String text) {
    return timestamp(Instant.parse(text));
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
