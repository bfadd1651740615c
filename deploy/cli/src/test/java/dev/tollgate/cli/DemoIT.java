package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.shared.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The demo against golden totals, on real input.
class DemoIT {
  private static final int ROWS = 8_819;

  @TempDir Path folder;

  /// A line of golden-aggregates.csv. A model written `name@<date>` costs what it did just before
  /// the date, `name@>=date` what it cost from then on.
  record Golden(String model, String total) {
    String name() {
      return model.replaceAll("@.*", "");
    }

    String at() {
      var date = model.replaceAll(".*@(<|>=)", "");
      if (model.contains("@<")) {
        return LocalDate.parse(date).minusDays(1) + "T00:00:00Z";
      }
      return (model.contains("@>=") ? date : "2026-08-01") + "T00:00:00Z";
    }
  }

  static List<Golden> goldens() throws IOException {
    return Files.readAllLines(SharedData.file("golden-aggregates.csv")).stream()
        .skip(1)
        .map(line -> line.split(",", -1))
        .map(fields -> new Golden(fields[3], fields[6]))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void trace_replayed_costsExactlyTheGoldenTotal(Golden golden) throws IOException {
    var result = replay(golden, folder.resolve("data"));

    assertThat(result.get("events").asInt()).isEqualTo(ROWS);
    assertThat(result.get("accepted").asInt()).isEqualTo(ROWS);
    assertThat(result.get("allowed").asInt()).isEqualTo(ROWS);
    assertThat(result.get("clamped").asInt() + result.get("denied").asInt()).isZero();
    assertThat(result.get("stored").asInt()).isEqualTo(ROWS);
    assertThat(result.get("total").asText()).isEqualTo(golden.total());
    assertThat(result.get("currency").asText()).isEqualTo("USD");
  }

  @Test
  void trace_replayedTwiceOnOneDirectory_countsOnce() throws IOException {
    var golden = goldens().getFirst();
    replay(golden, folder.resolve("data"));

    var second = replay(golden, folder.resolve("data"));

    assertThat(second.get("duplicates").asInt()).isEqualTo(ROWS);
    assertThat(second.get("accepted").asInt()).isZero();
    assertThat(second.get("total").asText()).isEqualTo(golden.total());
    assertThat(second.get("held").asInt()).isZero();
  }

  @Test
  void day_drawn_meetsTheBudgetThatIsTooSmall() throws IOException {
    var outcome = Commands.run("demo", "--calls", "3000", "--json");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
    var result = new ObjectMapper().readTree(outcome.lastLine());
    var granted = result.get("allowed").asInt() + result.get("clamped").asInt();
    assertThat(result.get("events").asInt()).isEqualTo(3_000);
    assertThat(granted + result.get("denied").asInt()).isEqualTo(3_000);
    assertThat(result.get("denied").asInt()).isPositive();
    assertThat(result.get("accepted").asInt()).isEqualTo(granted);
    assertThat(outcome.out()).contains("by acme / support-month", "By feature", "By model");
  }

  private JsonNode replay(Golden golden, Path data) throws IOException {
    var outcome =
        Commands.run(
            "demo",
            "--trace",
            SharedData.file("traces/azure-llm-2023-code.csv").toString(),
            "--model",
            golden.name(),
            "--at",
            golden.at(),
            "--data",
            data.toString(),
            "--json");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
    return new ObjectMapper().readTree(outcome.lastLine());
  }
}
