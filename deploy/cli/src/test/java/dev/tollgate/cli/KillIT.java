package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Timestamp;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import dev.tollgate.money.Picos;
import dev.tollgate.proto.budget.v1.Standing;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.GetCostRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole standalone is killed in the middle of a replay; nothing is lost, counted twice or left
/// held.
class KillIT {
  private static final Instant AT = Instant.parse("2026-08-01T00:00:00Z");
  private static final int ROWS = 6_000;
  private static final int OPEN_HOLDS = 100;
  private static final List<String> TENANTS = List.of("trace-east", "trace-west");

  /// What gpt-4o costs: 2.50 USD a million tokens in, 10 USD a million out.
  private static final Picos INPUT = new Picos(2_500_000);

  private static final Picos OUTPUT = new Picos(10_000_000);

  @TempDir Path folder;

  @Test
  void standalone_killedWithOpenHoldsAndUnstoredEvents_isExactAfterTheReplay() throws Exception {
    var trace = folder.resolve("trace.csv");
    var total = write(trace);
    var data = folder.resolve("data");

    var killed = killInMidReplay(trace, data);
    assertThat(killed).allSatisfy(KillIT::assertGone);
    var result = replay(trace, data);

    assertThat(result.get("events").asInt()).isEqualTo(ROWS);
    assertThat(result.get("allowed").asInt()).isEqualTo(ROWS);
    assertThat(result.get("duplicates").asInt()).isPositive();
    assertThat(result.get("accepted").asInt() + result.get("duplicates").asInt()).isEqualTo(ROWS);
    assertThat(result.get("stored").asInt()).isEqualTo(ROWS);
    assertThat(result.get("total").asText()).isEqualTo(total.toString());
    assertBudgetsAgreeWithTheLedger(data);
  }

  /// Waits, in a replay, for a moment that has both open holds and unstored events, kills the
  /// process then, and returns what were its children.
  private List<ProcessHandle> killInMidReplay(Path trace, Path data) throws Exception {
    var output = folder.resolve("killed.txt");
    var process =
        Commands.start(
            output,
            List.of(),
            arguments(trace, data, "--in-flight", "800", "--model-time", "PT0.4S"));
    try {
      await("the replay", process, () -> Files.readString(output).contains(" of 6,000 calls"));
      var running = Running.at(data);
      try (var east = running.client(TENANTS.getFirst());
          var west = running.client(TENANTS.getLast())) {
        await(
            "open holds and unstored events",
            process,
            () ->
                openHolds(east) + openHolds(west) >= OPEN_HOLDS
                    && running.metric("ingest-service", "ingest_events_unstored") > 0);
        var children = process.descendants().toList();
        assertThat(children).hasSizeGreaterThanOrEqualTo(2);
        process.destroyForcibly().waitFor();
        return children;
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private JsonNode replay(Path trace, Path data) throws Exception {
    var output = folder.resolve("again.txt");
    var process = Commands.start(output, List.of(), arguments(trace, data, "--json"));
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
      return new ObjectMapper().readTree(Files.readAllLines(output).getLast());
    } finally {
      process.destroyForcibly();
    }
  }

  private void assertBudgetsAgreeWithTheLedger(Path data) throws Exception {
    var output = folder.resolve("up.txt");
    var process =
        Commands.start(output, List.of(), "up", "--data", data.toString(), "--ports", "0");
    try {
      await("serving", process, () -> Files.readString(output).contains("Ctrl-C stops it"));
      for (var tenant : TENANTS) {
        try (var client = Running.at(data).client(tenant)) {
          var ledger = ledger(client);
          var cost = Running.standings(client).getFirst();
          var requests = Running.standings(client).getLast();
          assertThat(amount(cost.getHeld().getCost().getAmount())).isZero();
          assertThat(requests.getHeld().getRequests()).isZero();
          assertThat(requests.getSettled().getRequests()).isEqualTo(ledger.getEvents());
          assertThat(amount(cost.getSettled().getCost().getAmount()))
              .isEqualByComparingTo(amount(ledger.getCost().getAmount()));
        }
      }
    } finally {
      process.destroy();
      process.waitFor(30, TimeUnit.SECONDS);
      process.destroyForcibly();
    }
  }

  private static CostRow ledger(TollgateClient client) {
    var question =
        GetCostRequest.newBuilder()
            .setStartTime(Timestamp.newBuilder().setSeconds(AT.getEpochSecond()))
            .setEndTime(
                Timestamp.newBuilder().setSeconds(AT.plus(Duration.ofDays(2)).getEpochSecond()))
            .build();
    return client.getCost(question).getTotals(0);
  }

  private static long openHolds(TollgateClient client) {
    return Running.standings(client).stream()
        .map(Standing::getHeld)
        .mapToLong(held -> held.getRequests())
        .sum();
  }

  private static BigDecimal amount(String text) {
    return new BigDecimal(text);
  }

  private static String[] arguments(Path trace, Path data, String... more) {
    var arguments =
        new ArrayList<>(
            List.of(
                "demo",
                "--trace",
                trace.toString(),
                "--model",
                "gpt-4o",
                "--data",
                data.toString(),
                "--at",
                AT.toString()));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  /// Draws a trace and says what it costs.
  private static Picos write(Path trace) throws IOException {
    var random = new Random(3);
    var time = LocalDateTime.parse("2023-11-16T18:17:03.9799600");
    var lines = new ArrayList<String>();
    lines.add("TIMESTAMP,ContextTokens,GeneratedTokens");
    var total = Picos.ZERO;
    for (int i = 0; i < ROWS; i++) {
      var input = random.nextInt(8_000);
      var output = random.nextInt(300);
      var at = time.plusNanos(400_000_100L * i).toString().replace('T', ' ');
      lines.add(at + "," + input + "," + output);
      total = total.plus(INPUT.times(input)).plus(OUTPUT.times(output));
    }
    Files.write(trace, lines);
    return total;
  }

  private static void assertGone(ProcessHandle child) {
    child.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    assertThat(child.isAlive()).isFalse();
  }

  private interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  private static void await(String what, Process process, Condition condition) throws Exception {
    var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!holds(condition)) {
      assertThat(process.isAlive()).as("the process lives, waiting for " + what).isTrue();
      assertThat(System.nanoTime()).as("deadline for " + what).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private static boolean holds(Condition condition) throws IOException, InterruptedException {
    try {
      return condition.holds();
    } catch (TollgateException busy) {
      return false;
    }
  }
}
