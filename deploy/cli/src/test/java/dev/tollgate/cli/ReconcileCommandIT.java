package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.cli.standalone.DataDirectory;
import dev.tollgate.cli.standalone.Standalone;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.proto.access.v1.CreateTenantRequest;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Providers' reports, held against a whole standalone.
class ReconcileCommandIT {
  private static final String EVENTS =
      """
      event_id,event_time,provider,model,api_key,usage.input,usage.output
      1,2026-05-01T10:00:00Z,openai,gpt-4o,checkout,1000,100
      2,2026-05-01T11:00:00Z,openai,gpt-4o,checkout,1000,100
      """;
  private static final String USAGE =
      """
      {"data": [{"start_time": 1777593600, "end_time": 1777680000, "results": [
        {"input_tokens": 2000, "output_tokens": 200, "model": "gpt-4o-2024-08-06",
         "api_key_id": "key_1"},
        {"input_tokens": 1000, "output_tokens": 100, "model": "gpt-4o-2024-08-06",
         "api_key_id": "key_2"}]}]}
      """;
  private static final String COSTS =
      """
      {"data": [{"start_time": 1777593600, "end_time": 1777680000, "results": [
        {"amount": {"value": 0.015, "currency": "usd"}, "line_item": "gpt-4o-2024-08-06, input"}]}]}
      """;

  @TempDir Path folder;

  @Test
  void reports_ofAKeyThatTollgateNeverSaw_sayWhatItCost() throws IOException {
    var data = folder.resolve("data");
    try (var directory = DataDirectory.open(data);
        var standalone =
            Standalone.start(directory, options(), TimeSource.SYSTEM, new SecureRandom());
        var operator =
            TollgateClient.connect(standalone.endpoints(), standalone.keys().operator())) {
      operator.createTenant(
          CreateTenantRequest.newBuilder().setTenantId("acme").setDisplayName("Acme").build());
      var sent = run(data, "backfill", file("events.csv", EVENTS));
      assertThat(sent.code()).as(sent.err()).isZero();

      var usage = file("usage.json", USAGE);
      var costs = file("costs.json", COSTS);
      var arguments =
          new String[] {
            "reconcile",
            usage,
            costs,
            "--model",
            "gpt-4o-2024-08-06=gpt-4o",
            "--api-key",
            "key_1=checkout"
          };
      var said = settled(data, arguments);

      // Two calls at 0.0035 by our books; three at 0.005 by theirs.
      assertThat(said.out())
          .contains(
              "2026-05-01  openai    gpt-4o  0.015 USD (3,300 tokens)  0.007 USD (2,200 tokens)"
                  + "  0.008 USD   0.005 USD  0.003 USD",
              "key_2           openai    1,100   0.005 USD",
              "Theirs 0.015 USD, ours 0.007 USD: they say 0.008 USD more: coverage 0.005 USD,"
                  + " rate 0.003 USD, not to be told apart 0.00 USD",
              "Keys never seen: 0.005 USD",
              "1 of 1 rows differ");
      assertThat(said.err()).isEmpty();

      var all = new ArrayList<>(List.of(arguments));
      all.add("--json");
      var json = new ObjectMapper().readTree(run(data, all.toArray(String[]::new)).lastLine());
      assertThat(json.at("/totals/0/rateGap/amount").asText()).isEqualTo("0.003000000000");

      var bad = run(data, "reconcile", file("bad.csv", "a,b\n1\n"));
      assertThat(bad.code()).isEqualTo(1);
      assertThat(bad.err()).contains("bad.csv: line 2", "1 cells");
      assertThat(run(data, "reconcile", folder.resolve("none").toString()).err())
          .contains("none: no such file");
    }
  }

  /* What was recorded is in the ledger a moment later. */
  private static Commands.Outcome settled(Path data, String... arguments) {
    var start = System.nanoTime();
    var said = run(data, arguments);
    while (!said.out().contains("2,200 tokens")) {
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as(said.out() + said.err())
          .isLessThan(Duration.ofSeconds(60));
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      said = run(data, arguments);
    }
    return said;
  }

  private static Standalone.Options options() {
    return new Standalone.Options(
        0,
        Optional.empty(),
        Optional.empty(),
        Duration.ofHours(1),
        Map.of("PATH", System.getenv("PATH")),
        Commands.ROOT);
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  private static Commands.Outcome run(Path data, String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--tenant", "acme", "--data", data.toString()));
    return Commands.run(all.toArray(String[]::new));
  }
}
