package dev.tollgate.load.rate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs `RateBenchmark` on one core and prints charges per second and bytes per charge.
@Command(
    name = "rate",
    description =
        "Charges per second of one core and bytes allocated per charge, for calls with the default"
            + " book's prices. The call and its usage exist already; the charge is made.",
    mixinStandardHelpOptions = true)
public final class RateCommand implements Callable<Integer> {
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Option(
      names = "--forks",
      defaultValue = "3",
      description = "JVMs that measure one after the other (default: ${DEFAULT-VALUE}).")
  int forks = 3;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description =
          "Of measurement in each JVM, after as many of warm-up (default: ${DEFAULT-VALUE}).")
  int seconds = 5;

  @Override
  public Integer call() throws RunnerException, JsonProcessingException {
    var options =
        new OptionsBuilder()
            .include(RateBenchmark.class.getName())
            .forks(forks)
            .threads(1)
            .warmupIterations(seconds)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(seconds)
            .measurementTime(TimeValue.seconds(1))
            .timeUnit(TimeUnit.SECONDS)
            .addProfiler(GCProfiler.class)
            .jvmArgs("-XX:+UseSerialGC", "-Xmx512m")
            .shouldFailOnError(true)
            .build();
    print(new Runner(options).run(), spec.commandLine().getOut());
    return 0;
  }

  private static void print(Collection<RunResult> runs, PrintWriter out)
      throws JsonProcessingException {
    var all = new LinkedHashMap<String, Long>();
    out.printf("%n%-18s %14s %10s %8s%n", "call", "charges/s", "± 99.9 %", "bytes");
    for (var run : runs) {
      var result = run.getPrimaryResult();
      var name = result.getLabel();
      var bytes = run.getSecondaryResults().get(ALLOCATED);
      var allocated = bytes == null ? -1 : Math.round(bytes.getScore());
      out.printf(
          "%-18s %14d %10d %8d%n",
          name, Math.round(result.getScore()), Math.round(result.getScoreError()), allocated);
      all.put(name + "_per_second", Math.round(result.getScore()));
      all.put(name + "_bytes", allocated);
    }
    out.println(new ObjectMapper().writeValueAsString(all));
    out.flush();
  }
}
