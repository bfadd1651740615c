package dev.tollgate.load.ingest;

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

/// Both benchmarks whole, as small as they get: they say what they promise to say.
class IngestCommandIT {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object command, String... arguments) {
    return new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private static IngestCommand ingest() {
    return new IngestCommand(
        TimeSource.SYSTEM,
        new SecureRandom(),
        System.getenv(),
        Path.of(System.getProperty("tollgate.root")));
  }

  private static OutageCommand outage() {
    return new OutageCommand(
        TimeSource.SYSTEM,
        new SecureRandom(),
        System.getenv(),
        Path.of(System.getProperty("tollgate.root")));
  }

  private JsonNode lastLine() throws Exception {
    return new ObjectMapper().readTree(out.toString().lines().toList().getLast());
  }

  @Test
  void ingest_smallButWhole_printsAllFiguresAndPasses() throws Exception {
    var code =
        run(ingest(), "--events=5000", "--warm-up-events=10000", "--rounds=1", "--paced-seconds=2");

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    var figures = lastLine();
    for (var name :
        List.of(
            "ceiling_rows_per_s",
            "raw_10k_1_per_s",
            "raw_50k_2_per_s",
            "events_per_s",
            "events_per_s_settled",
            "ratio",
            "ratio_settled",
            "p50_ack_ms",
            "p99_ack_ms",
            "visible_p99_ms",
            "visible_probes",
            "heap_mib_first",
            "heap_mib_last",
            "resident_mib_last",
            "rounds",
            "cores")) {
      assertThat(figures.path(name).asDouble()).as(name).isPositive();
    }
  }

  @Test
  void ingest_absurdNumbers_areRefused() {
    for (var argument :
        List.of("--events=0", "--rounds=0", "--message-events=101", "--events=150")) {
      assertThat(run(ingest(), argument)).as(argument).isEqualTo(2);
    }
    assertThat(err.toString())
        .contains("every number above 0", "from 1 to 100", "a multiple of --message-events");
  }

  @Test
  void outage_short_drainsAndIsExact() throws Exception {
    var code = run(outage(), "--minutes=0.05", "--rate=500", "--seconds=2", "--slower-max=1000");

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    var figures = lastLine();
    for (var name :
        List.of(
            "p99_ack_ms_before",
            "p99_ack_ms_during",
            "p99_ack_ms_after",
            "unstored_at_return",
            "drain_seconds",
            "slower",
            "events")) {
      assertThat(figures.path(name).asDouble()).as(name).isPositive();
    }
    assertThat(figures.path("unstored_at_return").asLong()).isGreaterThan(1_000);
    assertThat(figures.path("unstored_at_end").asLong(-1)).isZero();
  }
}
