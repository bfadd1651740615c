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
import dev.tollgate.proto.query.v1.SavingConfidence;
import dev.tollgate.proto.query.v1.SavingKind;
import dev.tollgate.proto.query.v1.SavingRow;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// One feature of each kind, priced by hand from the test's book: `p/full` costs 2 and 10
/// millionths a token, 0.2 from its cache, 2.5 into it, half in batches; `p/plain` 0.3 and 1.2.
@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListSavingsIT {
  private static final Instant START = Instant.parse("2026-05-01T00:00:00Z");
  private static final Instant END = START.plus(Duration.ofDays(10));
  private static final FakeTime TIME = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));

  private final TestLedger ledger;
  private final String tenant;
  private final ListSavingsRpc rpc;
  private final Random random = new Random(29);
  private final Map<String, Long> repeated = new HashMap<>();
  private final Map<String, Long> cut = new HashMap<>();
  private final Map<String, Long> cached = new HashMap<>();
  private final Map<String, Long> batched = new HashMap<>();
  private final Map<String, Long> routed = new HashMap<>();

  ListSavingsIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    var tokens = new PageTokens(new Secret("key"));
    var answering = new Answering(ledger.clickHouse(), limits, tokens, TIME);
    this.rpc =
        new ListSavingsRpc(
            answering,
            TestBook.books(),
            new Marks(new LateControlTable(ledger.clickHouse(), Marks.TABLE)));
  }

  private Map<String, Object> row(
      String feature, String model, int number, long input, long output) {
    var row = new HashMap<String, Object>();
    row.put("event_id", feature + "-" + model + "-" + number);
    row.put("event_time", Entry.text(START.plusSeconds(60L * number)));
    row.put("sign", 1);
    row.put("entry_seq", 0);
    row.put("feature", feature);
    row.put("provider", "p");
    row.put("model", model);
    row.put("user", "ann");
    row.put("usage", Map.of("input", input, "output", output));
    row.put("input_tokens", input);
    row.put("output_tokens", output);
    row.put("currency", "USD");
    row.put("cost_picos", input * 2_000_000 + output * 10_000_000);
    row.put("charge_status", "PRICED");
    row.put("terminal_status", "SUCCESS");
    row.put("requested_max_output_tokens", 1);
    return row;
  }

  private long tokens() {
    return 2_000L + random.nextInt(1_000);
  }

  @BeforeAll
  void fill() throws Exception {
    var rows = new ArrayList<Map<String, Object>>();
    for (var i = 0; i < 200; i++) {
      var input = tokens();
      var repeat = row("repeat", "full", i, input, 0);
      repeat.put("input_fingerprint", i % 3 == 0 ? "" : "f" + i % 20);
      if (i % 3 != 0 && i >= firstOf(i)) {
        repeated.merge("saving", i == firstOf(i) ? 0 : input * 2_000_000, Long::sum);
      }
      rows.add(repeat);

      var wide = row("wide", "full", i, 0, i < 192 ? 100 : 5_000);
      wide.put("requested_max_output_tokens", i % 2 == 0 ? 0 : 401);
      cut.merge("saving", i < 192 ? 0 : 4_900 * 10_000_000L, Long::sum);
      rows.add(wide);

      var prompt = row("prompt", "full", i, input, 0);
      prompt.put("system_prompt_tokens", 1_500);
      prompt.put("event_time", Entry.text(START.plusSeconds(i % 10 * 60L + i / 10 * 3_600L)));
      cached.merge("saving", 1_500 * (i % 10 == 0 ? -500_000L : 1_800_000L), Long::sum);
      rows.add(prompt);

      var batch = row("batch", "full", i, input, 50);
      batch.put("user", i % 2 == 0 ? "" : "ann");
      batch.put("service_tier", i % 4 == 0 ? "standard" : "");
      batched.merge("saving", i % 2 == 0 ? input * 1_000_000 + 50 * 5_000_000 : 0, Long::sum);
      rows.add(batch);

      rows.add(row("route", "full", i, input, 50));
      rows.add(row("route", "plain", i, 0, 0));
      routed.merge("saving", input * 1_700_000 + 50 * 8_800_000, Long::sum);
      rows.add(row("worse", "full", i, input, 50));
      var worse = row("worse", "plain", i, 0, 0);
      worse.put("terminal_status", i < 3 ? "ERROR" : "SUCCESS");
      rows.add(worse);
    }
    var unpriced = row("repeat", "full", 900, 5, 5);
    unpriced.put("charge_status", "UNPRICED_MODEL");
    rows.add(unpriced);
    for (var who : List.of(tenant, tenant + "-neighbour")) {
      rows.forEach(row -> row.put("tenant_id", who));
      ledger.insertEntries(rows);
    }
  }

  /* The first call with its input. */
  private static int firstOf(int number) {
    for (var i = 0; ; i++) {
      if (i % 3 != 0 && i % 20 == number % 20) {
        return i;
      }
    }
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  private ListSavingsRequest.Builder request() {
    return ListSavingsRequest.newBuilder()
        .setStartTime(Times.timestamp(START))
        .setEndTime(Times.timestamp(END));
  }

  private List<SavingRow> ask(ListSavingsRequest.Builder request) {
    var caller = new Caller("key", Set.of(Role.ROLE_READER), tenant, Map.of());
    return rpc.answer(request.build(), caller).getRowsList();
  }

  private SavingRow found(SavingKind kind, String feature) {
    var found =
        ask(request()).stream()
            .filter(row -> row.getKind() == kind && row.getFeature().equals(feature))
            .toList();
    assertThat(found).as(kind + " of " + feature).hasSize(1);
    return found.getFirst();
  }

  private static void check(SavingRow row, Map<String, Long> expected) {
    var picos = expected.getOrDefault("saving", 0L);
    assertThat(new BigDecimal(row.getSaving().getAmount()))
        .isEqualByComparingTo(BigDecimal.valueOf(picos, 12));
    assertThat(new BigDecimal(row.getMonthlySaving().getAmount()))
        .isEqualByComparingTo(BigDecimal.valueOf(3 * picos, 12));
    assertThat(row.getSaving().getCurrencyCode()).isEqualTo("USD");
    assertThat(row.getProvider()).isEqualTo("p");
    assertThat(row.getModel()).isEqualTo("full");
    assertThat(row.getEvidenceEventIdsList()).hasSize(5).doesNotHaveDuplicates();
  }

  @Test
  void repeatedInput_allButTheFirst_couldBeSaved() {
    var row = found(SavingKind.SAVING_KIND_REPEATED_INPUT, "repeat");

    check(row, repeated);
    assertThat(row.getConfidence()).isEqualTo(SavingConfidence.SAVING_CONFIDENCE_HIGH);
    assertThat(row.getCost()).isEqualTo(row.getSaving());
  }

  @Test
  void outputLimit_whatFewNeed_isCut() {
    var row = found(SavingKind.SAVING_KIND_OUTPUT_LIMIT, "wide");

    check(row, cut);
    assertThat(row.getCalls()).isEqualTo(8);
    assertThat(row.getMaxOutputTokens()).isEqualTo(100);
    assertThat(row.getConfidence()).isEqualTo(SavingConfidence.SAVING_CONFIDENCE_LOW);
  }

  @Test
  void promptCache_promptsThatFollow_areReadAndTheFirstIsWritten() {
    var row = found(SavingKind.SAVING_KIND_PROMPT_CACHE, "prompt");

    check(row, cached);
    assertThat(row.getCalls()).isEqualTo(180);
  }

  @Test
  void batch_callsThatNobodyWaitsFor_costHalf() {
    var row = found(SavingKind.SAVING_KIND_BATCH, "batch");

    check(row, batched);
    assertThat(row.getCalls()).isEqualTo(100);
    assertThat(row.getConfidence()).isEqualTo(SavingConfidence.SAVING_CONFIDENCE_MEDIUM);
  }

  @Test
  void route_cheaperModelThatDoesAsWell_isNamed() {
    var row = found(SavingKind.SAVING_KIND_ROUTE, "route");

    check(row, routed);
    assertThat(row.getTargetModel()).isEqualTo("plain");
    assertThat(row.getTargetProvider()).isEqualTo("p");
  }

  @Test
  void findings_ofOtherFeatures_areNone() {
    assertThat(ask(request()))
        .extracting(row -> row.getKind() + " " + row.getFeature())
        .containsExactlyInAnyOrder(
            "SAVING_KIND_REPEATED_INPUT repeat",
            "SAVING_KIND_OUTPUT_LIMIT wide",
            "SAVING_KIND_PROMPT_CACHE prompt",
            "SAVING_KIND_BATCH batch",
            "SAVING_KIND_ROUTE route");
    assertThat(ask(request()))
        .extracting(row -> new BigDecimal(row.getMonthlySaving().getAmount()).negate())
        .isSorted();
  }

  @Test
  void request_badRange_isRefused() {
    assertRefused(ListSavingsRequest.newBuilder());
    assertRefused(request().setEndTime(Times.timestamp(START)));
    assertRefused(request().setEndTime(Times.timestamp(START.plus(Duration.ofDays(93)))));
  }

  private void assertRefused(ListSavingsRequest.Builder request) {
    assertThatThrownBy(() -> ask(request))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID));
  }
}
