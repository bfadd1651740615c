package dev.tollgate.query.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.ProviderReport;
import dev.tollgate.proto.query.v1.ReconcileRequest;
import dev.tollgate.proto.query.v1.ReconcileResponse;
import dev.tollgate.proto.query.v1.ReconcileRow;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
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
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReconcileIT {
  private static final FakeTime TIME = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));

  private final TestLedger ledger;
  private final String tenant;
  private final List<Map<String, Object>> entries;
  private final ReconcileRpc rpc;

  ReconcileIT(Stores stores) throws Exception {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    this.entries = entries(new Random(5), tenant);
    ledger.insertEntries(entries);
    for (var neighbour : Scale.neighbours(tenant)) {
      ledger.insertEntries(entries(new Random(5), neighbour));
    }
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    var tokens = new PageTokens(new Secret("key"));
    this.rpc = new ReconcileRpc(new Answering(ledger.clickHouse(), limits, tokens, TIME));
  }

  private static List<Map<String, Object>> entries(Random random, String who) {
    var entries = new ArrayList<Map<String, Object>>();
    for (var i = 0; i < Scale.events(40); i++) {
      var provider = List.of("anthropic", "openai", "azure", "mistral").get(random.nextInt(4));
      var model = MadeReports.MODELS.get(random.nextInt(2));
      entries.add(
          entry(who, "e" + i, provider, model, random.nextInt(6) == 0 ? "EUR" : "USD")
              .with("event_time", time(random))
              .with("api_key", MadeReports.KEYS.get(random.nextInt(3)))
              .with("input_tokens", random.nextInt(4) == 0 ? 0L : random.nextLong(1_000_000))
              .with("cost_picos", random.nextLong(1_000_000_000_000L))
              .columns());
    }
    return entries;
  }

  private static String time(Random random) {
    return MadeReports.START.plusDays(random.nextInt(MadeReports.DAYS))
        + " %02d:59:59.999".formatted(random.nextInt(24));
  }

  private record Made(Map<String, Object> columns) {
    Made with(String column, Object value) {
      columns.put(column, value);
      return this;
    }
  }

  private static Made entry(String who, String id, String provider, String model, String currency) {
    return new Made(new HashMap<>())
        .with("tenant_id", who)
        .with("event_id", id)
        .with("sign", 1)
        .with("provider", provider)
        .with("model", model)
        .with("currency", currency)
        .with("charge_status", "PRICED")
        .with("terminal_status", "SUCCESS")
        .with("input_tokens", 0L)
        .with("output_tokens", 0L);
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  @Test
  void answer_anyReports_isWhatPlainJavaRecomputes() {
    Seeds.check(
        "reports against the ledger and a recomputation",
        60,
        600,
        (seed, random) -> {
          var reports = MadeReports.of(random);
          var request =
              ReconcileRequest.newBuilder()
                  .addAllReports(reports.files())
                  .putProviders("Microsoft", "azure")
                  .putAllModels(MadeReports.models())
                  .setFocusModelColumn("SkuMeter")
                  .setFocusApiKeyColumn("x_Key")
                  .build();
          var answer = ask(request, tenant);
          var recomputed = new RecomputedGaps(reports, entries);

          assertThat(answer.getRowsList().stream().map(RecomputedGaps::row))
              .as(request.toString())
              .isEqualTo(recomputed.rows());
          assertThat(answer.getApiKeysList().stream().map(RecomputedGaps::key))
              .as(request.toString())
              .isEqualTo(recomputed.keys());
          assertTotals(answer);
        });
  }

  private static void assertTotals(ReconcileResponse answer) {
    for (var total : answer.getTotalsList()) {
      var currency = total.getTheirCost().getCurrencyCode();
      assertThat(amount(total.getDifference()))
          .isEqualTo(amount(total.getTheirCost()).subtract(amount(total.getOurCost())))
          .isEqualTo(
              amount(total.getCoverageGap())
                  .add(amount(total.getRateGap()))
                  .add(amount(total.getUnsplitDifference())));
      assertThat(amount(total.getTheirCost()))
          .isEqualTo(sum(answer, currency, ReconcileRow::hasTheirCost, ReconcileRow::getTheirCost));
      assertThat(amount(total.getCoverageGap()))
          .isEqualTo(
              sum(answer, currency, ReconcileRow::hasCoverageGap, ReconcileRow::getCoverageGap));
      assertThat(amount(total.getUncomparedCost()))
          .isEqualTo(sum(answer, currency, row -> !row.hasTheirCost(), ReconcileRow::getOurCost));
      assertThat(amount(total.getShadowCost()))
          .isEqualTo(
              answer.getApiKeysList().stream()
                  .filter(key -> !key.getSeen())
                  .filter(key -> key.getTheirCost().getCurrencyCode().equals(currency))
                  .map(key -> amount(key.getTheirCost()))
                  .reduce(amount(Money.getDefaultInstance()), BigDecimal::add));
    }
  }

  private static BigDecimal sum(
      ReconcileResponse answer,
      String currency,
      Predicate<ReconcileRow> has,
      Function<ReconcileRow, Money> money) {
    return answer.getRowsList().stream()
        .filter(row -> has.test(row) && money.apply(row).getCurrencyCode().equals(currency))
        .map(row -> amount(money.apply(row)))
        .reduce(amount(Money.getDefaultInstance()), BigDecimal::add);
  }

  private static BigDecimal amount(Money money) {
    return new BigDecimal(money.getAmount().isEmpty() ? "0" : money.getAmount()).setScale(12);
  }

  /// They bill 10 dollars for 1,000 tokens; we saw 800 of them, from one of two keys, and charged
  /// 6.
  @Test
  void answer_fewTokens_saysWhichAreMissingAndWhatIsDearer() throws Exception {
    var who = tenant + "-few";
    ledger.insertEntries(
        List.of(
            entry(who, "e", "anthropic", "claude-sonnet-4", "USD")
                .with("event_time", "2026-11-03 12:00:00.000")
                .with("api_key", "checkout")
                .with("output_tokens", 800L)
                .with("cost_picos", 6_000_000_000_000L)
                .columns()));
    var usage =
        """
        {"data": [{"starting_at": "2026-11-03T00:00:00Z", "ending_at": "2026-11-04T00:00:00Z",
          "results": [
            {"uncached_input_tokens": 700, "cache_creation": {"ephemeral_1h_input_tokens": 10,
              "ephemeral_5m_input_tokens": 20}, "cache_read_input_tokens": 30, "output_tokens": 40,
              "api_key_id": "apikey_1", "model": "claude-sonnet-4"},
            {"uncached_input_tokens": 200, "output_tokens": 0, "api_key_id": "apikey_2",
              "model": "claude-sonnet-4"}]}], "has_more": false}
        """;
    var costs =
        """
        {"data": [{"starting_at": "2026-11-03T00:00:00Z", "ending_at": "2026-11-04T00:00:00Z",
          "results": [
            {"currency": "USD", "amount": "1000.0", "cost_type": "tokens",
              "model": "claude-sonnet-4"},
            {"currency": "USD", "amount": "25", "cost_type": "web_search", "model": null}]}]}
        """;
    var request =
        ReconcileRequest.newBuilder()
            .addReports(ProviderReport.newBuilder().setContent(usage))
            .addReports(ProviderReport.newBuilder().setContent(costs))
            .putApiKeys("apikey_1", "checkout")
            .build();

    var answer = ask(request, who);

    assertThat(answer.getRowsList().stream().map(RecomputedGaps::row))
        .containsExactly(
            "2026-11-03 anthropic claude-sonnet-4: theirs USD 10.000000000000,"
                + " ours USD 6.000000000000; 1000 of theirs, 800 of ours, 1 events;"
                + " gaps 2.000000000000 and 2.000000000000",
            "2026-11-03 anthropic web_search: theirs USD 0.250000000000,"
                + " ours USD 0.000000000000; 0 of theirs, 0 of ours, 0 events;"
                + " gaps 0.250000000000 and 0.000000000000");
    assertThat(answer.getApiKeysList().stream().map(RecomputedGaps::key))
        .containsExactly(
            "anthropic apikey_2 unseen: 200 of theirs, 0 of ours, USD 2.000000000000"
                + " and USD 0.000000000000",
            "anthropic checkout seen: 800 of theirs, 800 of ours, USD 8.000000000000"
                + " and USD 6.000000000000");
    assertThat(answer.getTotals(0).getShadowCost().getAmount()).isEqualTo("2.000000000000");
    assertTotals(answer);
  }

  private ReconcileResponse ask(ReconcileRequest request, String who) {
    return rpc.answer(request, new Caller("key", Set.of(Role.ROLE_READER), who, Map.of()));
  }
}
