package dev.tollgate.load.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.time.TimeSource;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// The benchmark itself, on a small ledger: that it runs, agrees with itself and says what it
/// should. How fast anything is says only a long run on a quiet machine.
@NullMarked
class QueryCommandIT {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    var command =
        new QueryCommand(
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

  /* The exit code says whether goals were met, which a busy machine does not show. */
  @Test
  void run_smallButWhole_answersAsTheStatementsAndPrintsAllFigures() throws Exception {
    run("--events=60000", "--tenants=5", "--seconds=0.1", "--rate=1000", "--spike-seconds=2");

    assertThat(err.toString()).doesNotContain("bench:", "Exception");
    var figures = lastLine();
    assertThat(figures.path("large_events").asLong()).isBetween(5_000L, 16_000L);
    assertThat(figures.path("small_events").asLong()).isBetween(5_000L, 18_000L);
    assertThat(figures.path("rows_written").asLong()).isPositive();
    assertThat(figures.path("spikes").asLong()).isEqualTo(40);
    assertThat(figures.path("spike_to_alert_p99_ms").asDouble()).isPositive();
    for (var question : Question.all(Seed.month(TimeSource.SYSTEM.now()))) {
      for (var way : List.of("large_nothing", "large_raw_nothing", "large_writes", "small_both")) {
        var name = question.name() + "_" + way;
        assertThat(figures.path(name + "_p50_ms").asDouble()).as(name).isPositive();
        assertThat(figures.path(name + "_p99_ms").asDouble()).as(name).isPositive();
      }
    }
  }

  @Test
  void run_absurdNumbers_areRefused() {
    for (var argument :
        List.of("--events=10", "--tenants=1", "--seconds=0", "--rate=0", "--spike-seconds=0")) {
      assertThat(run(argument)).as(argument).isEqualTo(2);
    }
    assertThat(err.toString()).contains("--tenants: 2 or more");
  }
}
