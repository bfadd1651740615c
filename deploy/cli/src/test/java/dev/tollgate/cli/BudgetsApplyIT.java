package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.cli.standalone.DataDirectory;
import dev.tollgate.cli.standalone.Standalone;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.UsageStreamSettings;
import dev.tollgate.proto.access.v1.CreateTenantRequest;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Budgets kept in a file, brought to a whole standalone.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BudgetsApplyIT {
  /* Says everything that a budget can say. */
  private static final String FULL =
      """
      budgets:
        - budget_id: whole
          display_name: Search, all of it
          selector: {team: search}
          exclude: {environment: test}
          window: {calendar: {unit: CALENDAR_UNIT_MONTH, time_zone: Europe/Berlin, anchor_day: 15}}
          limits:
            - cost: {currency_code: USD, amount: 100.50}
            - requests: 1000
          enforcement: ENFORCEMENT_HARD
          soft_percent: 70
          hard_percent: 110
          priority_cutoffs:
            - {priority: PRIORITY_EXPERIMENT, percent: 60}
            - {priority: PRIORITY_BATCH, percent: 50}
          grace:
            percent: 10
            selector: {customer_tier: paid}
            hours: {time_zone: Europe/Berlin, days: [5, 1], from: "08:00", to: "18:00"}
          allowed_models: ["gpt-*"]
          downgrades: [{model: gpt-4o-mini}]
          owner: ada
          denial_message: Please come back tomorrow.
        - budgetId: part
          displayName: An experiment
          parentBudgetId: whole
          selector: {team: search, feature: rerank}
          exclude: {environment: test}
          window: {calendar: {unit: CALENDAR_UNIT_MONTH, timeZone: Europe/Berlin, anchorDay: 15}}
          limits: [{cost: {currencyCode: USD, amount: "20"}}]
          allowedModels: ["gpt-*"]
          expireTime: "2099-01-01T00:00:00Z"
        - budget_id: per-user
          display_name: Everybody
          group_by: [user]
          fallback: true
          window: {sliding: {length: 3600s}}
          limits: [{tokens: 50000}, {input_tokens: 40000}, {output_tokens: 9000}]
          enforcement: ENFORCEMENT_SHADOW
          store_away: STORE_AWAY_ALLOW
          hold_expiry: HOLD_EXPIRY_RELEASE
        - budget_id: hourly
          display_name: Loops and leaks
          window: {calendar: {unit: CALENDAR_UNIT_HOUR}}
          limits: [{spend_rate: {percent: 300, floor: {currency_code: USD, amount: 5}}}]
      freezes:
        - freeze_id: leak
          selector: {user: mallory}
          note: a key was stolen
      check_rules: {unknown_model: UNKNOWN_MODEL_HOLD_CEILING, no_budget: NO_BUDGET_DENY}
      """;

  @TempDir Path folder;
  private Path data;
  private DataDirectory directory;
  private Standalone standalone;
  private TollgateClient operator;
  private int tenants;

  @BeforeAll
  void start(@TempDir Path parent) {
    data = parent.resolve("data");
    directory = DataDirectory.open(data);
    var options =
        new Standalone.Options(
            0,
            Optional.empty(),
            Optional.empty(),
            Duration.ofHours(1),
            Map.of("PATH", System.getenv("PATH")),
            Commands.ROOT);
    standalone = Standalone.start(directory, options, TimeSource.SYSTEM, new SecureRandom());
    operator = TollgateClient.connect(standalone.endpoints(), standalone.keys().operator());
  }

  @AfterAll
  void stop() {
    operator.close();
    standalone.close();
    directory.close();
  }

  @Test
  void apply_everything_isDoneOnceAndThenThereIsNothingToDo() throws IOException {
    var tenant = tenant();

    var dry = budgets(tenant, "apply", file(FULL), "--dry-run");
    assertThat(dry.code()).as(dry.err()).isEqualTo(2);
    assertThat(dry.out())
        .contains(
            "+ budget whole",
            "    limits[0].cost: 100.5 USD",
            "+ budget part",
            "+ freeze leak",
            "~ check rules",
            "    no_budget: NO_BUDGET_ALLOW → NO_BUDGET_DENY",
            "= 0 unchanged");
    assertThat(budgets(tenant, "list").out().lines()).hasSize(1);

    var applied = budgets(tenant, "apply", file(FULL), "--yes");
    assertThat(applied.code()).as(applied.err()).isZero();
    assertThat(applied.lastLine()).isEqualTo("Applied 6 of 6.");

    var again = budgets(tenant, "apply", file(FULL), "--yes");
    assertThat(again.out()).isEqualTo("= 6 unchanged\nNothing to do.\n");
    assertThat(again.code()).isZero();
    assertThat(budgets(tenant, "apply", file(FULL), "--dry-run").code()).isZero();
  }

  @Test
  void apply_changedFile_saysWhatChangesFieldByField() throws IOException {
    var tenant = tenant();
    budgets(tenant, "apply", file(FULL), "--yes");
    /* The child is lowered, and only then the parent fits. */
    var changed =
        FULL.replace("amount: 100.50", "amount: 15")
            .replace("amount: \"20\"", "amount: \"15\"")
            .replace("owner: ada", "owner: ben")
            .replace("selector: {user: mallory}", "selector: {user: eve}");

    var applied = budgets(tenant, "apply", file(changed), "--yes");

    assertThat(applied.out())
        .contains(
            "~ budget whole\n    limits[0].cost: 100.5 USD → 15 USD\n    owner: ada → ben\n",
            "~ budget part\n    limits[0].cost: 20 USD → 15 USD\n",
            "~ freeze leak\n    selector[user]: mallory → eve\n",
            "= 3 unchanged");
    assertThat(applied.lastLine()).as(applied.err()).isEqualTo("Applied 3 of 3.");
    assertThat(budgets(tenant, "history", "whole").out()).contains("created", "updated", "owner");
    assertThat(budgets(tenant, "show", "whole").out()).contains("15.00 USD", "0.00 USD");
    assertThat(budgets(tenant, "list").out())
        .contains("part", "15.00 USD", "frozen: leak {user=eve}");
  }

  @Test
  void apply_withoutABudget_keepsItUnlessPruned() throws IOException {
    var tenant = tenant();
    budgets(tenant, "apply", file(FULL), "--yes");
    var less = "budgets: []\n";

    var kept = budgets(tenant, "apply", file(less), "--yes");
    assertThat(kept.out())
        .contains("kept (--prune deletes them): part, hourly, per-user, whole", "Nothing to do.");
    var pruned = budgets(tenant, "apply", file(less), "--yes", "--prune");
    assertThat(pruned.out()).contains("- budget part", "- budget whole", "Applied 4 of 4.");
    assertThat(budgets(tenant, "list").out()).doesNotContain("whole").contains("frozen: leak");
  }

  @Test
  void apply_mistakes_areAllNamedWithTheirLinesAndNothingIsDone() throws IOException {
    var tenant = tenant();
    var bad =
        """
        budgets:
          - budget_id: a
            display_nam: A
            selector: {team: x}
          - budget_id: b
            window: {calendar_month: {timezone: UTC}}
            enforcement: HARD
        budget: []
        """;

    var refused = budgets(tenant, "apply", file(bad), "--yes");

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains(
            ":3: budgets[0].display_nam (expected: a field of Budget; like display_name?)",
            ":6: budgets[1].window.calendar_month.timezone",
            ":8: budget (expected: budgets, freezes or check_rules)");
    assertThat(
            budgets(tenant, "apply", file("budgets: [{budget_id: a, fallback: 7}]"), "--yes").err())
        .contains(":1: budgets[0]: ");
    assertThat(budgets(tenant, "apply", file("budgets: [}"), "--yes").err()).contains("not YAML");
    assertThat(
            budgets(tenant, "apply", file("budgets: [{budget_id: a}, {budget_id: a}]"), "--yes")
                .err())
        .contains("each id once");
    assertThat(budgets(tenant, "apply", folder.resolve("none").toString()).err())
        .contains("can't be read");
    assertThat(budgets(tenant, "list").out().lines()).hasSize(1);
  }

  @Test
  void apply_whatTheServerRefuses_isSaidWithReasonAndTheRestIsDone() throws IOException {
    var tenant = tenant();
    var mixed =
        """
        budgets:
          - {budget_id: good, display_name: G, window: {lifetime: {}}, limits: [{requests: 5}]}
          - {budget_id: bad, display_name: B, window: {lifetime: {}}, limits: [{requests: -5}]}
        """;

    var outcome = budgets(tenant, "apply", file(mixed), "--yes");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("+ budget bad: FIELD_INVALID: budget.limits[0].requests: -5");
    assertThat(outcome.lastLine()).isEqualTo("Applied 1 of 2.");
    assertThat(budgets(tenant, "show", "bad").err()).contains("BUDGET_UNKNOWN");
  }

  @Test
  void apply_nobodyToAsk_wantsYes() throws IOException {
    var tenant = tenant();

    var refused = budgets(tenant, "apply", file(FULL));

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("give --yes");
    assertThat(asked(tenant, "n\n").out()).contains("Nothing was changed.");
    assertThat(budgets(tenant, "list").out().lines()).hasSize(1);
    assertThat(asked(tenant, "y\n").lastLine()).isEqualTo("Applied 6 of 6.");
  }

  @Test
  void backtest_ofCallsThatWereMade_saysWhatWouldBeDeniedAndChangesNothing() throws IOException {
    var tenant = tenant();
    report(tenant, 5);
    var strict =
        """
        budgets:
          - {budget_id: two, display_name: T, window: {lifetime: {}}, limits: [{requests: 2}]}
        """;
    var until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    var tested = budgets(tenant, "apply", file(strict), "--backtest", "30d");
    while (!tested.out().startsWith("5 calls")) {
      assertThat(System.nanoTime()).as(tested.toString()).isLessThan(until);
      tested = budgets(tenant, "apply", file(strict), "--backtest", "30d");
    }

    assertThat(tested.code()).isZero();
    assertThat(tested.err()).contains(" of 5 calls");
    assertThat(tested.out())
        .startsWith("5 calls, of which 3 would have been denied (60.00 %): ")
        .contains(
            "two     3", "two would have hit:\n  3 calls of team search, user ada, first at 20");
    assertThat(budgets(tenant, "list").out().lines()).hasSize(1);

    var shadow = strict.replace("limits:", "enforcement: ENFORCEMENT_SHADOW, limits:");
    budgets(tenant, "apply", file(shadow), "--yes");
    assertThat(budgets(tenant, "shadow-report", "--since", "1d").out())
        .startsWith("5 calls, of which 3 would have been denied (60.00 %): ");
    var nine = strict.replace("two", "nine").replace("requests: 2", "requests: 9");
    budgets(tenant, "apply", file(strict), "--yes");
    assertThat(budgets(tenant, "apply", file(nine), "--backtest", "1d").out())
        .contains("of which 3 would", "two would have hit");
    assertThat(budgets(tenant, "apply", file(nine), "--backtest", "1d", "--prune").out())
        .contains("of which 0 would");
    assertThat(budgets(tenant, "list").out()).contains("two").doesNotContain("nine");
    assertThat(budgets(tenant, "apply", file("budgets: []"), "--backtest", "1d").err())
        .contains("no budgets to backtest");
    assertThat(budgets(tenant, "apply", file(strict), "--backtest", "yesterday").err())
        .contains("like 12h, 30d or 4w");
    assertThat(budgets(tenant, "apply", file(strict), "--backtest", "93d").err())
        .contains("FIELD_INVALID", "at most 92 days");
  }

  private void report(String tenant, int calls) {
    var dimensions =
        Dimensions.newBuilder()
            .setProvider("openai")
            .setModel("gpt-4o")
            .setTeam("search")
            .setUser("ada");
    try (var stream = operator.forTenant(tenant).streamUsage(UsageStreamSettings.DEFAULT)) {
      for (int i = 0; i < calls; i++) {
        var event =
            UsageEvent.newBuilder()
                .setEventId("call-" + i)
                .setEventTime(Timestamps.fromMillis(TimeSource.SYSTEM.now().toEpochMilli()))
                .setDimensions(dimensions)
                .setUsage(Usage.newBuilder().putBuckets("input", 100).putBuckets("output", 50));
        assertThat(stream.send(event.build()).join().getStatus())
            .isEqualTo(EventStatus.EVENT_STATUS_ACCEPTED);
      }
    }
  }

  @Test
  void freeze_andUnfreeze_bothWork() throws IOException {
    var tenant = tenant();

    var frozen = budgets(tenant, "freeze", "stop", "--match", "team=search", "--for", "PT1H");
    assertThat(frozen.out()).as(frozen.err()).contains("Frozen: {team=search} until 20");
    assertThat(budgets(tenant, "freeze", "all").err()).contains("--everything");
    assertThat(budgets(tenant, "unfreeze", "stop").code()).isZero();
    assertThat(budgets(tenant, "list").out()).doesNotContain("frozen");
  }

  private String tenant() {
    var id = "apply-" + ++tenants;
    var request =
        CreateTenantRequest.newBuilder().setTenantId(id).setDisplayName("Apply " + id).build();
    return operator.createTenant(request).getTenant().getTenantId();
  }

  private String file(String content) throws IOException {
    return Files.writeString(folder.resolve("budgets.yaml"), content).toString();
  }

  private Commands.Outcome budgets(String tenant, String verb, String... arguments) {
    return Commands.run(all(tenant, verb, arguments));
  }

  private Commands.Outcome asked(String tenant, String answer) throws IOException {
    return Commands.run(
        new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)),
        OutputStream.nullOutputStream(),
        true,
        all(tenant, "apply", file(FULL)));
  }

  private String[] all(String tenant, String verb, String... arguments) {
    var all = new ArrayList<>(List.of("budgets", verb));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--tenant", tenant, "--data", data.toString()));
    return all.toArray(String[]::new);
  }
}
