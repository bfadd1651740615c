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

/// The whole benchmark, as small as it gets: it says what it promises to say, and fails when a
/// limit is passed.
class CheckQuotaCommandIT {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    var command =
        new CheckQuotaCommand(
            TimeSource.SYSTEM,
            new SecureRandom(),
            System.getenv(),
            Path.of(System.getProperty("tollgate.root")));
    return new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private JsonNode lastLine() throws Exception {
    return new ObjectMapper().readTree(out.toString().lines().toList().getLast());
  }

  @Test
  void run_smallButWhole_printsAllFiguresAndPasses() throws Exception {
    var code =
        run(
            "--seconds=1",
            "--rounds=1",
            "--in-flight=64",
            "--tenants=3",
            "--teams=3",
            "--budgets=50");

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    var figures = lastLine();
    for (var name :
        List.of(
            "noop_rps",
            "noop_intercepted_rps",
            "strict_rps",
            "stream_rps",
            "redis_floor_rps",
            "bucket4j_rps",
            "bucket4j_hot_rps",
            "strict_ratio",
            "stream_ratio",
            "tenants_3_ratio",
            "teams_3_ratio",
            "budgets_50_ratio",
            "strict_p50_ms",
            "strict_p99_ms",
            "strict_p999_ms",
            "noop_p99_ms",
            "lone_p50_us",
            "denied",
            "cores")) {
      assertThat(figures.path(name).asDouble()).as(name).isPositive();
    }
    assertThat(figures.path("strict_p99_added_ms").isNumber()).isTrue();
    assertThat(figures.path("rounds_dropped").isNumber()).isTrue();
    assertThat(figures.path("admitted_over_limit").asDouble()).isBetween(0.5, 1.0);
  }

  @Test
  void run_moreGrantedThanTheLimit_failsAndSaysSo() throws Exception {
    var code =
        run(
            "--seconds=1",
            "--rounds=1",
            "--in-flight=64",
            "--only=strict",
            "--believed-limit=0.5",
            "--json");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("A limit was passed");
    assertThat(out.toString().lines()).hasSize(1);
    assertThat(lastLine().path("admitted_over_limit").asDouble()).isGreaterThan(1);
  }

  @Test
  void run_absurdNumbers_areRefused() {
    for (var argument : List.of("--seconds=0", "--rounds=0", "--in-flight=-1", "--tenants=0")) {
      assertThat(run(argument)).as(argument).isEqualTo(2);
    }
    assertThat(err.toString()).contains("every number above 0");
  }
}
