package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.meter.Metering;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.GetCostRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A client is killed in the middle of its calls, again and again; what it had taken is in the real
/// ledger once, and its budgets are charged for it once.
@Timeout(300)
class ClientKillIT {
  private static final String TENANT = "acme";
  private static final int KILLS = 3;
  private static final int CALLS = 400;

  @TempDir Path folder;

  @Test
  void client_killedInMidCalls_losesAndDoublesNothing() throws Exception {
    var data = folder.resolve("data");
    var output = folder.resolve("demo.txt");
    var process =
        Commands.start(
            output, List.of(), "demo", "--calls", "40", "--keep", "--data", data.toString());
    try {
      await("serving", () -> process.isAlive() && read(output).contains("Ctrl-C stops it"));
      try (var client = Running.at(data).client(TENANT)) {
        var settledBefore = settledRequests(client);
        var told = new HashSet<String>();
        for (var kill = 0; kill < KILLS; kill++) {
          told.addAll(killOne(data, "k" + kill));
        }
        assertThat(told).hasSizeGreaterThanOrEqualTo(KILLS * CALLS);
        try (var metering = Metering.open(client, MeteredCalls.settings(spool()))) {
          assertThat(metering.recorder().flush(Duration.ofSeconds(60))).isTrue();
        }

        await("stored", () -> events(client) >= told.size());
        await("settled", () -> settledRequests(client) - settledBefore == events(client));
        // What was taken and not yet told when the process died counts, too.
        assertThat(events(client))
            .isBetween((long) told.size(), told.size() + (long) KILLS * MeteredCalls.THREADS);
        System.out.printf(
            "[kill] %d kills, %d calls told, %d events in the ledger%n",
            KILLS, told.size(), events(client));
      }
    } finally {
      process.destroy();
      process.waitFor(30, TimeUnit.SECONDS);
      process.destroyForcibly();
    }
  }

  /// Starts a client, kills it after some calls, and returns the ids of those that it told of.
  private Set<String> killOne(Path data, String prefix) throws Exception {
    var told = new HashSet<String>();
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                MeteredCalls.class.getName(),
                data.toString(),
                spool().toString(),
                TENANT,
                prefix)
            .redirectErrorStream(true)
            .start();
    try (var lines = process.inputReader()) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(prefix + "-")) {
          told.add(line);
        }
        if (told.size() == CALLS) {
          // Not through the process, which would close the pipe with what it said last.
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return told;
  }

  private Path spool() {
    return folder.resolve("spool");
  }

  private static long events(TollgateClient client) {
    var now = Instant.now();
    var question =
        GetCostRequest.newBuilder()
            .setStartTime(seconds(now.minus(Duration.ofHours(2))))
            .setEndTime(seconds(now.plus(Duration.ofHours(2))))
            .addFilters(
                Filter.newBuilder().setDimension("workflow").addValues(MeteredCalls.WORKFLOW))
            .build();
    return client.getCost(question).getTotalsList().stream().mapToLong(CostRow::getEvents).sum();
  }

  private static Timestamp seconds(Instant instant) {
    return Timestamp.newBuilder().setSeconds(instant.getEpochSecond() / 3_600 * 3_600).build();
  }

  private static long settledRequests(TollgateClient client) {
    return Running.standings(client).getLast().getSettled().getRequests();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException notYet) {
      return "";
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline for " + what).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }
}
