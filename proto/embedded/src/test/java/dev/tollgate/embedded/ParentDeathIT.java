package dev.tollgate.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.seed.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParentDeathIT {
  private static final int GONE_WITHIN_SECONDS = 10;

  @TempDir Path directory;

  @Test
  void kill9_parentOfBothStores_endsThemAndLosesNothing() {
    Seeds.check(
        "kill -9 of the parent",
        2,
        10,
        (seed, random) -> round(directory.resolve("" + seed), random));
  }

  private static void round(Path data, RandomGenerator random) throws Exception {
    var parent = start(data);
    List<ProcessHandle> children;
    int acked;
    try (var output = parent.inputReader()) {
      children = children(output.readLine());
      assertThat(sessions(children)).doesNotContain(session(parent.pid()));
      var before = await(output, 1 + random.nextInt(100));
      // By its handle: the process itself would drop what it has printed.
      parent.toHandle().destroyForcibly();
      acked = Math.max(before, await(output, Integer.MAX_VALUE));
    }
    for (var child : children) {
      child.onExit().get(GONE_WITHIN_SECONDS, TimeUnit.SECONDS);
    }
    checkData(data, acked);
  }

  private static Process start(Path data) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            DoomedParent.class.getName(),
            data.toString(),
            EmbeddedClickHouseIT.LIBRARY.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /// The children that the parent names, and theirs.
  private static List<ProcessHandle> children(String line) {
    var words = line.split(" ", -1);
    assertThat(words[0]).isEqualTo("stores");
    var children =
        Stream.of(words[1], words[2])
            .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
            .flatMap(child -> Stream.concat(Stream.of(child), child.descendants()))
            .toList();
    // ClickHouse, the watcher of Redis, and Redis.
    assertThat(children).hasSize(3);
    return children;
  }

  /// Reads up to the batch, or all there is: the last batch that was acknowledged.
  private static int await(BufferedReader output, int batch) throws IOException {
    var last = 0;
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      last = Integer.parseInt(line.substring("acked ".length()));
      if (last >= batch) {
        break;
      }
    }
    return last;
  }

  private static void checkData(Path data, int acked) {
    try (var clickHouse =
            EmbeddedClickHouse.start(
                data.resolve("clickhouse"), EmbeddedClickHouseIT.LIBRARY, new Random(3));
        var redis =
            EmbeddedRedis.start(
                data.resolve("redis"),
                RedisBinary.find(System.getenv("PATH"), data.resolve("bin")),
                new Random(4));
        var connection = Resp.connect(redis)) {
      assertThat(
              Http.query(
                  clickHouse,
                  "SELECT count(), uniqExact(batch) FROM ledger.t WHERE batch <= " + acked))
          .isEqualTo("%d\t%d".formatted(acked * DoomedParent.BATCH_ROWS, acked));
      assertThat(
              Http.query(
                  clickHouse,
                  "SELECT count() FROM (SELECT batch FROM ledger.t GROUP BY batch HAVING count() != "
                      + DoomedParent.BATCH_ROWS
                      + ")"))
          .as("torn batches")
          .isEqualTo("0");
      for (var batch = 1; batch <= acked; batch++) {
        assertThat(connection.call("GET batch" + batch)).isEqualTo("" + batch);
      }
    }
  }

  private static List<String> sessions(List<ProcessHandle> processes) throws IOException {
    var sessions = new ArrayList<String>();
    for (var process : processes) {
      sessions.add(session(process.pid()));
    }
    return sessions;
  }

  /// A Ctrl-C in a terminal goes to processes of its session only.
  private static String session(long pid) throws IOException {
    var status = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return status.substring(status.lastIndexOf(')') + 2).split(" ", -1)[3];
  }
}
