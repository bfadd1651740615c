package dev.tollgate.load.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.time.TimeSource;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// The whole benchmark with few counters and holds: it makes what was asked for, and says what it
/// promises to say.
class QuotaMemoryCommandIT {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    var command =
        new QuotaMemoryCommand(
            TimeSource.SYSTEM,
            new SecureRandom(),
            System.getenv(),
            Path.of(System.getProperty("tollgate.root")));
    return new CommandLine(command)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private JsonNode lastLine() throws Exception {
    return new ObjectMapper().readTree(out.toString().lines().toList().getLast());
  }

  /* The counts are of the keys that Redis has. A counter and a record have keys of 40 bytes and
  more; what is far above that would not be theirs. */
  @Test
  void run_smallButWhole_makesWhatWasAskedForAndPrintsAllFigures() throws Exception {
    var code = run("--counters=6000", "--holds=1500", "--seconds=0.5", "--checks=200");

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    var figures = lastLine();
    assertThat(figures.path("counters").asLong()).isEqualTo(6_000);
    assertThat(figures.path("holds").asLong()).isEqualTo(1_500);
    for (var name :
        List.of(
            "bytes_per_counter",
            "counter_median_bytes",
            "bytes_per_settled_record",
            "settled_record_median_bytes",
            "bytes_per_hold",
            "hold_record_median_bytes")) {
      assertThat(figures.path(name).asDouble()).as(name).isBetween(40.0, 2_000.0);
    }
    for (var name :
        List.of(
            "lone_p50_us_empty",
            "lone_p50_us_full",
            "lone_p99_us_empty",
            "lone_p99_us_full",
            "paced_p50_us_empty",
            "paced_p50_us_full",
            "paced_p99_us_empty",
            "paced_p99_us_full",
            "lone_ratio",
            "paced_ratio",
            "cores")) {
      assertThat(figures.path(name).asDouble()).as(name).isPositive();
    }
  }

  @Test
  void run_absurdNumbers_areRefused() {
    for (var argument :
        List.of(
            "--counters=0",
            "--counters=3",
            "--counters=10000002",
            "--holds=0",
            "--holds=500001",
            "--seconds=0",
            "--checks=0")) {
      assertThat(run(argument)).as(argument).isEqualTo(2);
    }
    assertThat(err.toString()).contains("--counters: an even number from 2 to 10000000");
  }
}
