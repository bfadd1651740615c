package dev.tollgate.query.saving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.ListSavingsRequest;
import dev.tollgate.proto.query.v1.MarkSavingRequest;
import dev.tollgate.proto.query.v1.MarkedSaving;
import dev.tollgate.proto.query.v1.SavingKind;
import dev.tollgate.proto.query.v1.SavingState;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.compare.TestBook;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.outcome.Entry;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/// Calls of a feature whose cost changes when something is done; what that saved is added up here
/// call by call.
@NullMarked
@ExtendWith(StoresExtension.class)
class MarkSavingIT {
  private static final Instant FIRST = Instant.parse("2026-05-20T10:15:00Z");
  private static final Instant SECOND = Instant.parse("2026-06-10T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-07-05T12:34:56Z");
  private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

  /// @param picos unknown where they are negative
  private record Paid(String feature, Instant time, String currency, long picos) {}

  private final FakeTime time = new FakeTime(NOW);
  private final Random random = new Random(31);
  private final TestLedger ledger;
  private final String tenant;
  private final ListSavingsRpc list;
  private final MarkSavingRpc rpc;

  MarkSavingIT(Stores stores, TestInfo test) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant() + "-" + test.getDisplayName().replaceAll("[^a-zA-Z]", "");
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    var answering =
        new Answering(ledger.clickHouse(), limits, new PageTokens(new Secret("key")), time);
    var marks = new Marks(new LateControlTable(ledger.clickHouse(), Marks.TABLE));
    this.list = new ListSavingsRpc(answering, TestBook.books(), marks);
    this.rpc = new MarkSavingRpc(marks, time::now);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private Caller caller(Map<String, String> pins) {
    return new Caller("ann", Set.of(Role.ROLE_ADMIN), tenant, pins);
  }

  private static MarkSavingRequest.Builder mark(SavingKind kind, SavingState state) {
    return MarkSavingRequest.newBuilder()
        .setKind(kind)
        .setFeature("answers")
        .setProvider("p")
        .setModel("full")
        .setState(state);
  }

  private static MarkSavingRequest.Builder done(SavingKind kind, Instant time) {
    return mark(kind, SavingState.SAVING_STATE_DONE).setDoneTime(Times.timestamp(time));
  }

  private MarkedSaving put(MarkSavingRequest.Builder request) {
    return rpc.answer(request.build(), caller(Map.of())).getMark();
  }

  private List<MarkedSaving> marks(Map<String, String> pins) {
    var request =
        ListSavingsRequest.newBuilder()
            .setStartTime(Times.timestamp(NOW.minus(Duration.ofDays(1))))
            .setEndTime(Times.timestamp(NOW));
    return list.answer(request.build(), caller(pins)).getMarksList();
  }

  private MarkedSaving marked(SavingKind kind) {
    return marks(Map.of()).stream()
        .filter(mark -> mark.getKind() == kind)
        .findFirst()
        .orElseThrow();
  }

  private List<Paid> calls(String feature, String start, int days, int perDay, long dearest) {
    var paid = new ArrayList<Paid>();
    for (var i = 0; i < days * perDay; i++) {
      var at = Instant.parse(start).plusSeconds((long) i * 86_400 / perDay);
      var currency = i % 10 == 0 ? "EUR" : "USD";
      paid.add(new Paid(feature, at, currency, i % 17 == 0 ? -1 : random.nextLong(dearest)));
    }
    return paid;
  }

  private List<Paid> history() {
    var all = new ArrayList<Paid>();
    all.addAll(calls("answers", "2026-04-10T00:00:00Z", 40, 7, 9_000_000_007L));
    all.addAll(calls("answers", "2026-05-20T10:15:00Z", 20, 11, 5_000_000_003L));
    all.addAll(calls("answers", "2026-06-10T00:00:00Z", 26, 5, 6_000_000_001L));
    all.addAll(calls("other", "2026-04-10T00:00:00Z", 80, 3, 9_000_000_000L));
    return all;
  }

  private void store(List<Paid> paid) throws Exception {
    var rows = new ArrayList<Map<String, Object>>();
    for (var who : List.of(tenant, tenant + "-neighbour")) {
      for (var i = 0; i < paid.size(); i++) {
        var call = paid.get(i);
        var row = new HashMap<String, Object>();
        row.put("tenant_id", who);
        row.put("event_id", "e" + i);
        row.put("event_time", Entry.text(call.time()));
        row.put("sign", 1);
        row.put("entry_seq", 0);
        row.put("feature", call.feature());
        row.put("provider", "p");
        row.put("model", i % 2 == 0 ? "full" : "plain");
        row.put("currency", call.currency());
        row.put("cost_picos", Math.max(0, call.picos()));
        row.put("charge_status", call.picos() < 0 ? "UNPRICED_MODEL" : "PRICED");
        rows.add(row);
      }
    }
    ledger.insertEntries(rows);
  }

  private static List<Paid> of(List<Paid> all, String currency, Instant start, Instant end) {
    return all.stream()
        .filter(paid -> paid.feature().equals("answers") && paid.picos() >= 0)
        .filter(paid -> paid.currency().equals(currency))
        .filter(paid -> !paid.time().isBefore(start) && paid.time().isBefore(end))
        .toList();
  }

  private static BigDecimal cost(List<Paid> calls) {
    var sum = BigDecimal.valueOf(calls.stream().mapToLong(Paid::picos).sum());
    return sum.divide(MILLION).divide(MILLION);
  }

  /* Half even, at 12 digits. */
  private static BigDecimal at(List<Paid> baseline, List<Paid> calls) {
    return cost(baseline)
        .multiply(BigDecimal.valueOf(calls.size()))
        .divide(BigDecimal.valueOf(baseline.size()), 12, RoundingMode.HALF_EVEN);
  }

  private static BigDecimal saving(MarkedSaving mark, String month, String currency) {
    return mark.getRealizedList().stream()
        .filter(row -> row.getMonth().equals(month))
        .filter(row -> row.getSaving().getCurrencyCode().equals(currency))
        .map(row -> new BigDecimal(row.getSaving().getAmount()))
        .findFirst()
        .orElseThrow();
  }

  private static Instant time(String text) {
    return Instant.parse(text);
  }

  @Test
  void realized_ofOneThing_isTheBaselineLessTheCost() throws Exception {
    var all = history();
    store(all);
    put(done(SavingKind.SAVING_KIND_BATCH, FIRST));

    var mark = marked(SavingKind.SAVING_KIND_BATCH);

    assertThat(mark.getState()).isEqualTo(SavingState.SAVING_STATE_DONE);
    assertThat(mark.getActor()).isEqualTo("ann");
    assertThat(mark.getDoneTime()).isEqualTo(Times.timestamp(FIRST));
    assertThat(mark.getRealizedList())
        .extracting(row -> row.getMonth() + " " + row.getSaving().getCurrencyCode())
        .containsExactly(
            "2026-05 EUR",
            "2026-05 USD",
            "2026-06 EUR",
            "2026-06 USD",
            "2026-07 EUR",
            "2026-07 USD");
    for (var currency : List.of("EUR", "USD")) {
      var baseline = of(all, currency, FIRST.minus(Duration.ofDays(28)), FIRST);
      var may = of(all, currency, FIRST, time("2026-06-01T00:00:00Z"));
      var july = of(all, currency, time("2026-07-01T00:00:00Z"), time("2026-07-05T12:45:00Z"));
      assertThat(saving(mark, "2026-05", currency))
          .isEqualTo(at(baseline, may).subtract(cost(may)));
      assertThat(saving(mark, "2026-07", currency))
          .isEqualTo(at(baseline, july).subtract(cost(july)));
    }
    assertThat(mark.getRealized(1).getCalls())
        .isEqualTo(of(all, "USD", FIRST, time("2026-06-01T00:00:00Z")).size());
  }

  @Test
  void realized_ofTwoThings_isCountedOnce() throws Exception {
    var all = history();
    store(all);
    put(done(SavingKind.SAVING_KIND_BATCH, FIRST));
    put(done(SavingKind.SAVING_KIND_PROMPT_CACHE, SECOND));
    put(done(SavingKind.SAVING_KIND_ROUTE, SECOND));

    var first = marked(SavingKind.SAVING_KIND_BATCH);
    var second = marked(SavingKind.SAVING_KIND_PROMPT_CACHE);

    var before = of(all, "USD", FIRST.minus(Duration.ofDays(28)), FIRST);
    var between = of(all, "USD", FIRST, SECOND);
    var begin = of(all, "USD", time("2026-06-01T00:00:00Z"), SECOND);
    var rest = of(all, "USD", SECOND, time("2026-07-01T00:00:00Z"));
    assertThat(saving(first, "2026-06", "USD"))
        .isEqualTo(
            at(before, begin)
                .subtract(cost(begin))
                .add(at(before, rest))
                .subtract(at(between, rest)));
    assertThat(saving(second, "2026-06", "USD")).isEqualTo(at(between, rest).subtract(cost(rest)));
    assertThat(saving(first, "2026-06", "USD").add(saving(second, "2026-06", "USD")))
        .isEqualTo(
            at(before, begin).subtract(cost(begin)).add(at(before, rest)).subtract(cost(rest)));
    assertThat(saving(second, "2026-06", "USD")).isNegative();
    assertThat(marked(SavingKind.SAVING_KIND_ROUTE).getRealizedList()).isEmpty();
  }

  @Test
  void mark_withoutCallsBefore_savesNothingThatIsKnown() throws Exception {
    store(history());
    put(done(SavingKind.SAVING_KIND_BATCH, time("2026-04-01T00:00:00Z")));

    assertThat(marked(SavingKind.SAVING_KIND_BATCH).getRealizedList()).isEmpty();
  }

  @Test
  void mark_saidAgain_countsAsSaidLast() {
    var kind = SavingKind.SAVING_KIND_BATCH;
    assertThat(put(mark(kind, SavingState.SAVING_STATE_DONE)).getDoneTime())
        .isEqualTo(Times.timestamp(time("2026-07-05T12:30:00Z")));
    put(mark(kind, SavingState.SAVING_STATE_DISMISSED));
    put(mark(SavingKind.SAVING_KIND_ROUTE, SavingState.SAVING_STATE_DISMISSED));

    assertThat(marks(Map.of()))
        .extracting(MarkedSaving::getState)
        .containsExactly(SavingState.SAVING_STATE_DISMISSED, SavingState.SAVING_STATE_DISMISSED);
    assertThat(marks(Map.of())).extracting(MarkedSaving::getKind).endsWith(kind);

    put(mark(kind, SavingState.SAVING_STATE_OPEN));
    assertThat(marks(Map.of()))
        .extracting(MarkedSaving::getKind)
        .containsExactly(SavingKind.SAVING_KIND_ROUTE);
  }

  @Test
  void credential_thatPins_marksAndSeesNothing() {
    var request = mark(SavingKind.SAVING_KIND_BATCH, SavingState.SAVING_STATE_DISMISSED);
    put(request);

    assertThat(marks(Map.of("team", "search"))).isEmpty();
    assertThatThrownBy(() -> rpc.answer(request.build(), caller(Map.of("team", "search"))))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.DIMENSION_FORBIDDEN));
  }

  @Test
  void request_badFields_isRefused() {
    var batch = SavingKind.SAVING_KIND_BATCH;
    assertRefused(MarkSavingRequest.newBuilder());
    assertRefused(done(batch, NOW.plusSeconds(3_600)));
    assertRefused(done(batch, FIRST.plusSeconds(1)));
    assertRefused(
        mark(batch, SavingState.SAVING_STATE_DISMISSED).setDoneTime(Times.timestamp(FIRST)));
    assertRefused(done(batch, FIRST).setModel(""));
  }

  private void assertRefused(MarkSavingRequest.Builder request) {
    assertThatThrownBy(() -> put(request))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID));
  }
}
