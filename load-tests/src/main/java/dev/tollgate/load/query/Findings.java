package dev.tollgate.load.query;

import dev.tollgate.load.drive.Report;
import dev.tollgate.load.query.QueryBenchmark.Beside;
import dev.tollgate.load.query.QueryBenchmark.Latencies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What was measured, beside what it should be.
record Findings(
    QueryBenchmark.Options options,
    List<Question> questions,
    Latencies latencies,
    Map<String, Object> circumstances) {
  private static final double RPC_FACTOR_MAX = 1.3;
  private static final double RPC_MORE_MILLIS_MAX = 2;
  private static final double RAW_FACTOR_MIN = 8;
  private static final double SMALL_P99_MILLIS_MAX = 300;
  private static final double SMALL_P99_FACTOR_MAX = 3;
  private static final double ALERT_P99_MILLIS_MAX = 60_000;

  /// Questions whose answer for a small tenant must not depend on what its neighbour does.
  private static final List<String> UNDISTURBED =
      List.of("GetCost", "GetUnitEconomics", "GetBudgetBurn");

  Report report() {
    var figures = new LinkedHashMap<>(circumstances);
    for (var question : questions) {
      for (var who : List.of("large", "small")) {
        for (var beside : Beside.values()) {
          put(figures, question, who, beside);
        }
        if (!question.rollup().isEmpty()) {
          put(figures, question, who + "_rollup", Beside.NOTHING);
        }
        put(figures, question, who + "_raw", Beside.NOTHING);
      }
    }
    var problems = new ArrayList<String>();
    questions.forEach(question -> ceiling(question, problems));
    attribution(figures, problems);
    UNDISTURBED.forEach(name -> undisturbed(name, problems));
    alerts(figures, problems);
    return new Report(figures, problems);
  }

  private void put(Map<String, Object> figures, Question question, String way, Beside beside) {
    var name = question.name() + "_" + way + "_" + beside.name().toLowerCase(Locale.ROOT);
    figures.put(name + "_p50_ms", rounded(latencies.millis(question.name(), way, beside, 50)));
    figures.put(name + "_p99_ms", rounded(latencies.millis(question.name(), way, beside, 99)));
  }

  /* Against the rollup, or where there is none, against the events. */
  private void ceiling(Question question, List<String> problems) {
    for (var who : List.of("large", "small")) {
      var bare = median(question.name(), who + (question.rollup().isEmpty() ? "_raw" : "_rollup"));
      var rpc = median(question.name(), who);
      if (rpc > RPC_FACTOR_MAX * bare + RPC_MORE_MILLIS_MAX) {
        problems.add(
            "%s of the %s tenant takes %.1f ms (expected: at most 1.3 times the bare %.1f ms + 2 ms)"
                .formatted(question.name(), who, rpc, bare));
      }
    }
  }

  private void attribution(Map<String, Object> figures, List<String> problems) {
    var faster = median("GetCost", "large_raw") / median("GetCost", "large");
    figures.put("attribution_faster_than_raw", rounded(faster));
    if (faster < RAW_FACTOR_MIN) {
      problems.add(
          "a month's attribution is %.1f times as fast as from the events (expected: 8)"
              .formatted(faster));
    }
  }

  private void undisturbed(String name, List<String> problems) {
    var alone = latencies.millis(name, "small", Beside.NOTHING, 99);
    var both = latencies.millis(name, "small", Beside.BOTH, 99);
    if (both > SMALL_P99_MILLIS_MAX || both > SMALL_P99_FACTOR_MAX * alone) {
      problems.add(
          "%s of the small tenant has a p99 of %.1f ms with neighbours (expected: at most 300 ms and 3 times the %.1f ms alone)"
              .formatted(name, both, alone));
    }
  }

  private void alerts(Map<String, Object> figures, List<String> problems) {
    var spikes = latencies.of(Spikes.NAME, "alert", Beside.WRITES);
    var p99 = spikes.getValueAtPercentile(99) / 1e6;
    figures.put("spikes", spikes.getTotalCount());
    figures.put("spike_to_alert_p50_ms", rounded(spikes.getValueAtPercentile(50) / 1e6));
    figures.put("spike_to_alert_p99_ms", rounded(p99));
    if (p99 > ALERT_P99_MILLIS_MAX) {
      problems.add(
          "from a spike to its alert a p99 of %.0f ms (expected: 60,000 ms)".formatted(p99));
    }
  }

  private double median(String name, String way) {
    return latencies.millis(name, way, Beside.NOTHING, 50);
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
