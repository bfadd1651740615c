package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `up` as a person meets it: what it prints works, it stops cleanly, and it says what is in its
/// way.
class UpIT {
  @TempDir Path folder;

  @Test
  void up_served_printsCallsThatWorkAndStopsCleanly() throws Exception {
    var data = folder.resolve("data");
    var process = up(data);
    try {
      var calls = printedCalls();
      assertThat(shell(calls.get(0) + calls.get(1) + calls.get(2)))
          .contains("\"allowed\"", "EVENT_STATUS_ACCEPTED", "\"totals\"", "0.003800000000");
      var second = Commands.run("up", "--data", data.toString(), "--ports", "0");
      assertThat(second.code()).isEqualTo(1);
      assertThat(second.err().lines()).hasSize(1);
      assertThat(second.err()).contains("in use by process " + process.pid(), "--data");

      var children = process.descendants().toList();
      process.destroy();
      assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(children).hasSizeGreaterThanOrEqualTo(2).noneMatch(ProcessHandle::isAlive);
    } finally {
      process.destroyForcibly();
    }

    var again = up(data);
    again.destroy();
    assertThat(again.waitFor(40, TimeUnit.SECONDS)).isTrue();
    assertThat(again.exitValue()).isZero();
  }

  @Test
  void up_portInUse_isOneLineWithTheRemedyAndStartsNothing() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var data = folder.resolve("data");
      var port = Integer.toString(taken.getLocalPort());

      var outcome = Commands.run("up", "--data", data.toString(), "--ports", port);

      assertThat(outcome.code()).isEqualTo(1);
      assertThat(outcome.err().lines()).hasSize(1);
      assertThat(outcome.err()).contains("port " + port, "in use", "--ports");
      assertThat(data.resolve("clickhouse")).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--redis | redis://127.0.0.1:1 | Redis at 127.0.0.1:1 can't be used",
        "--clickhouse | http://127.0.0.1:1 | ClickHouse can't be reached"
      })
  void up_givenStoreAway_isOneLineWithTheRemedy(String option, String url, String expected) {
    var data = folder.resolve("data").toString();

    var outcome = Commands.run("up", "--data", data, "--ports", "0", option, url);

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).contains(expected, "start it, or give another --redis");
  }

  @Test
  void up_fullDisk_isOneLineWithTheRemedy() throws Exception {
    var data = Files.createDirectory(folder.resolve("small"));
    var output = folder.resolve("out.txt");
    var onTmpfs =
        List.of(
            "unshare",
            "-rm",
            "bash",
            "-c",
            "mount -t tmpfs -o size=16m tmpfs \"$0\" && exec \"$@\"",
            data.toString());
    Assumptions.assumeTrue(canMount(data), "this machine lets nobody mount a small tmpfs");

    var process = Commands.start(output, onTmpfs, "up", "--data", data.toString(), "--ports", "0");

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(output).strip().lines().toList().getLast())
        .startsWith("tollgate: ")
        .contains("full", "free some space", "--data");
  }

  private Process up(Path data) throws Exception {
    var output = folder.resolve("up.txt");
    var process =
        Commands.start(output, List.of(), "up", "--data", data.toString(), "--ports", "0");
    var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!Files.exists(output) || !Files.readString(output).contains("Ctrl-C stops it")) {
      assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    return process;
  }

  /// The commands from the key on, cut at the comments; the first sets the key.
  private List<String> printedCalls() throws IOException {
    var text = Files.readString(folder.resolve("up.txt"));
    var calls = text.substring(text.indexOf("  KEY="), text.indexOf("Ctrl-C stops it."));
    var parts = calls.split("(?m)^ *# .*$");
    assertThat(parts).hasSize(4);
    return List.of(parts[0] + parts[1], parts[2], parts[3]);
  }

  private static boolean canMount(Path folder) throws Exception {
    return isThere("unshare")
        && new ProcessBuilder("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0;
  }

  private static boolean isThere(String tool) throws Exception {
    return new ProcessBuilder("bash", "-c", "command -v " + tool).start().waitFor() == 0;
  }

  private String shell(String script) throws Exception {
    var output = folder.resolve("call.txt");
    var process =
        new ProcessBuilder("bash", "-c", script)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    var said = Files.readString(output);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
