package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.cli.standalone.DataDirectory;
import dev.tollgate.cli.standalone.Standalone;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.proto.access.v1.CreateTenantRequest;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Other tools' exports, brought to a whole standalone.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackfillIT {
  private static final int ROWS = 1_200;

  @TempDir Path folder;
  private Path data;
  private DataDirectory directory;
  private Standalone standalone;
  private TollgateClient operator;

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
  void liteLlmLog_sentTwice_countsOnceAndMovesNoBudget() throws IOException {
    var tenant = tenant("lite");
    budget(tenant);
    var log = log();

    var dry = json(backfill(tenant, log, "--dry-run", "--json"));
    assertThat(dry.path("accepted").asInt()).isEqualTo(ROWS);
    assertThat(cost(tenant)).isEmpty();

    var first = backfill(tenant, log, "--json", "--map", "metadata.feature=feature");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(json(first).path("accepted").asInt()).isEqualTo(ROWS);
    var compared = json(first).path("compared").path("USD");
    assertThat(compared.path("rows").asInt()).isEqualTo(ROWS);
    assertThat(compared.path("differing").asInt()).as("every tenth costs them more").isEqualTo(120);
    assertThat(compared.path("ours").asText()).isEqualTo("4.2");
    await(() -> cost(tenant).map(CostRow::getEvents).orElse(0L) == ROWS);
    var before = cost(tenant).orElseThrow();
    assertThat(before.getCost().getAmount()).isEqualTo("4.200000000000");
    assertThat(before.getLowerBound()).isFalse();

    var second = backfill(tenant, log, "--json", "--map", "metadata.feature=feature");

    assertThat(second.code()).as(second.err()).isZero();
    assertThat(json(second).path("accepted").asInt()).isZero();
    assertThat(json(second).path("duplicates").asInt()).isEqualTo(ROWS);
    assertThat(cost(tenant)).contains(before);
    assertThat(budgets(tenant, "show", "all").out())
        .as("history moves no budget")
        .contains("0.00 USD")
        .doesNotContain("4.20");
  }

  @Test
  void badRows_amongGoodOnes_areReportedAndTheRestLands() throws IOException {
    var tenant = tenant("bad");
    var file =
        file(
            "own.csv",
            """
            event_id,event_time,provider,model,usage.input,usage.output,cost
            1,2026-05-01T00:00:00Z,openai,gpt-4o,1000,100,0.0035
            2,yesterday,openai,gpt-4o,1000,100,0.0035
            3,2019-05-01T00:00:00Z,openai,gpt-4o,1000,100,0.0035
            4,2026-05-01T00:00:00Z,openai,gpt-4o,-7,100,0.0035
            5,2026-05-01T00:00:00Z
            1,2026-05-01T00:00:00Z,openai,gpt-4o,999,100,0.0035
            6,2026-05-01T00:00:00Z,openai,brand-new,1000,100,0.0035
            """);

    var outcome = backfill(tenant, file);

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .contains(
            file + ":3: event_time: \"yesterday\" (expected: a time like",
            file + ":4: event_time: 2019-05-01T00:00:00Z (expected: a time from 2020",
            file + ":5: usage.input: \"-7\" (expected: a whole number from 0",
            file + ":6: 2 cells (expected: 7, as in the first row)",
            file + ":7: csv/1: there already with another content");
    assertThat(outcome.out())
        .contains(
            "7 rows read: 2 accepted, 0 duplicates, 1 conflicts, 4 invalid",
            "Cost by our books: 0.0035 USD",
            "1 rows have no known cost by our books",
            "theirs 0.0035 USD, ours 0.0035 USD; 0 rows differ");
    await(() -> cost(tenant).map(CostRow::getEvents).orElse(0L) == 2);
  }

  @Test
  void mistakesOfTheCaller_areSaidBeforeAnythingIsSent() throws IOException {
    var tenant = tenant("mistaken");
    var file = file("odd.csv", "event_id,event_time,taem\n1,2026-05-01T00:00:00Z,search\n");

    assertThat(backfill(tenant, file).err())
        .contains("has a column \"taem\"", "did you mean team?");
    assertThat(backfill(tenant, file, "--map", "taem=taem").err())
        .contains("--map taem=taem: no such dimension (did you mean team?)");
    assertThat(backfill(tenant, file, "--format", "excel").err()).contains("--format excel");
    assertThat(backfill(tenant, file("what.json", "{\"x\": 1}\n")).err())
        .contains("can't tell the format");
    assertThat(backfill(tenant, folder.resolve("none").toString()).err()).contains("can't read");
    assertThat(cost(tenant)).isEmpty();
  }

  @Test
  void ledger_ofABackfilledMonth_isCheckedAndNeedsNoRepair() throws IOException {
    var tenant = tenant("checked");
    assertThat(backfill(tenant, log()).code()).isZero();
    await(() -> cost(tenant).map(CostRow::getEvents).orElse(0L) == ROWS);

    var check = Commands.run("ledger", "check", "--days", "400", "--data", data.toString());
    assertThat(check.code()).as(check.out() + check.err()).isZero();
    assertThat(check.out()).contains("The rollups say what the ledger says, on the last 400 days.");
    var repair = Commands.run("ledger", "repair", "--reason", "a test", "--data", data.toString());
    assertThat(repair.code()).as(repair.err()).isZero();
    assertThat(repair.out()).contains("0 partitions were built anew");
    assertThat(Commands.run("ledger", "check", "--days", "401", "--data", data.toString()).err())
        .contains("days", "401", "400");
  }

  /* Of calls at 0.0035 by the default book; every tenth cost more by its own. */
  private String log() throws IOException {
    var lines = new ArrayList<String>();
    for (int i = 0; i < ROWS; i++) {
      lines.add(
          """
          {"request_id": "r-%d", "call_type": "acompletion", "spend": %s, "prompt_tokens": 1000,\
           "completion_tokens": 100, "startTime": "2026-05-%02dT10:00:00Z",\
           "endTime": "2026-05-%02dT10:00:02Z", "model": "gpt-4o", "custom_llm_provider": "openai",\
           "metadata": {"feature": "answers"}}\
          """
              .formatted(i, i % 10 == 0 ? "0.0040" : "0.00351", i % 28 + 1, i % 28 + 1));
    }
    return file("spend.jsonl", String.join("\n", lines));
  }

  private void budget(String tenant) throws IOException {
    var applied =
        budgets(
            tenant,
            "apply",
            file(
                "budgets.yaml",
                """
                budgets:
                  - {budget_id: all, display_name: All, window: {lifetime: {}},
                     limits: [{cost: {currency_code: USD, amount: 1}}]}
                """),
            "--yes");
    assertThat(applied.code()).as(applied.err()).isZero();
  }

  private Optional<CostRow> cost(String tenant) {
    return operator
        .forTenant(tenant)
        .getCost(
            GetCostRequest.newBuilder()
                .setStartTime(
                    Timestamps.fromMillis(Instant.parse("2026-05-01T00:00:00Z").toEpochMilli()))
                .setEndTime(
                    Timestamps.fromMillis(Instant.parse("2026-06-01T00:00:00Z").toEpochMilli()))
                .build())
        .getTotalsList()
        .stream()
        .findFirst();
  }

  private String tenant(String id) {
    var request = CreateTenantRequest.newBuilder().setTenantId(id).setDisplayName(id).build();
    return operator.createTenant(request).getTenant().getTenantId();
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  private static JsonNode json(Commands.Outcome outcome) throws IOException {
    return new ObjectMapper().readTree(outcome.lastLine());
  }

  private Commands.Outcome backfill(String tenant, String file, String... arguments) {
    return run(tenant, List.of("backfill", file), arguments);
  }

  private Commands.Outcome budgets(String tenant, String verb, String... arguments) {
    return run(tenant, List.of("budgets", verb), arguments);
  }

  private Commands.Outcome run(String tenant, List<String> command, String... arguments) {
    var all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    all.addAll(List.of("--tenant", tenant, "--data", data.toString()));
    return Commands.run(all.toArray(String[]::new));
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) {
    var start = System.nanoTime();
    while (!condition.holds()) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(90));
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }
}
