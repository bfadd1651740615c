package dev.tollgate.load.query;

import static dev.tollgate.load.query.Question.figures;
import static dev.tollgate.load.query.Question.picos;

import dev.tollgate.proto.query.v1.ExportFocusRequest;
import dev.tollgate.proto.query.v1.FocusRow;
import dev.tollgate.proto.query.v1.GetCostPerOutcomeRequest;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetRetryWasteRequest;
import dev.tollgate.proto.query.v1.GetRoiRequest;
import dev.tollgate.proto.query.v1.GetUnitEconomicsRequest;
import dev.tollgate.proto.query.v1.Granularity;
import dev.tollgate.proto.query.v1.Measure;
import dev.tollgate.proto.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import dev.tollgate.proto.query.v1.Reference;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/// What was spent, and for what.
final class SpendQuestions {
  private static final int FOCUS_ROWS = 10_000;

  private SpendQuestions() {}

  static List<Question> all() {
    return List.of(
        Question.of("GetCost", SpendQuestions::costByTeam, "cost_by_team_raw")
            .orRollup("cost_by_team_rollup"),
        Question.of("GetCost_days", SpendQuestions::costByDay, "cost_by_day_raw")
            .orRollup("cost_by_day_rollup"),
        Question.of("GetUnitEconomics", SpendQuestions::unitEconomics, "unit_economics_raw"),
        Question.of("GetCostPerOutcome", SpendQuestions::costPerOutcome, "outcome_raw"),
        Question.of("GetRetryWaste", SpendQuestions::retryWaste, "retry_waste_raw"),
        Question.of("GetRoi", SpendQuestions::roi, "roi_raw"),
        Question.of("ExportFocus", SpendQuestions::focus, "focus_raw")
            .within(SpendQuestions::days));
  }

  /* Whole days in UTC, without the first one and the last one. */
  private static Range days(Range range) {
    return new Range(
        range.start().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1)),
        range.end().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(1)));
  }

  private static Map<String, BigInteger> costByTeam(QueryServiceBlockingStub query, Range range) {
    var request =
        GetCostRequest.newBuilder()
            .setStartTime(range.startTime())
            .setEndTime(range.endTime())
            .addGroupBy("team")
            .addMeasures(Measure.MEASURE_COST)
            .build();
    return figures(
        query.getCost(request).getRowsList(), row -> row.getGroup(0), row -> picos(row.getCost()));
  }

  private static Map<String, BigInteger> costByDay(QueryServiceBlockingStub query, Range range) {
    var request =
        GetCostRequest.newBuilder()
            .setStartTime(range.startTime())
            .setEndTime(range.endTime())
            .addGroupBy("model")
            .setGranularity(Granularity.GRANULARITY_DAY)
            .build();
    return figures(
        query.getCost(request).getRowsList(),
        row ->
            "%tF %s"
                .formatted(
                    Instant.ofEpochSecond(row.getStartTime().getSeconds()).atZone(ZoneOffset.UTC),
                    row.getGroup(0)),
        row -> picos(row.getCost()));
  }

  private static Map<String, BigInteger> unitEconomics(
      QueryServiceBlockingStub query, Range range) {
    var request =
        GetUnitEconomicsRequest.newBuilder()
            .setStartTime(range.startTime())
            .setEndTime(range.endTime())
            .addGroupBy("feature")
            .build();
    var answer = query.getUnitEconomics(request);
    var figures =
        figures(
            answer.getRowsList(),
            row -> row.getGroup(0),
            row -> BigInteger.valueOf(row.getSessions()));
    answer
        .getTotalsList()
        .forEach(total -> figures.put("", BigInteger.valueOf(total.getSessions())));
    return figures;
  }

  private static Map<String, BigInteger> costPerOutcome(
      QueryServiceBlockingStub query, Range range) {
    var request =
        GetCostPerOutcomeRequest.newBuilder()
            .setStartTime(range.startTime())
            .setEndTime(range.endTime())
            .setKind("resolved")
            .setReference(Reference.REFERENCE_SESSION)
            .addGroupBy("feature")
            .build();
    var rows = query.getCostPerOutcome(request).getRowsList();
    var figures = figures(rows, row -> row.getGroup(0), row -> picos(row.getAttributedCost()));
    rows.forEach(
        row -> figures.put(row.getGroup(0) + " successes", BigInteger.valueOf(row.getSuccesses())));
    return figures;
  }

  private static Map<String, BigInteger> retryWaste(QueryServiceBlockingStub query, Range range) {
    var request =
        GetRetryWasteRequest.newBuilder()
            .setStartTime(range.startTime())
            .setEndTime(range.endTime())
            .addGroupBy("model")
            .build();
    return figures(
        query.getRetryWaste(request).getRowsList(),
        row -> row.getGroup(0),
        row -> picos(row.getSupersededCost()));
  }

  private static Map<String, BigInteger> roi(QueryServiceBlockingStub query, Range range) {
    var request =
        GetRoiRequest.newBuilder()
            .setStartTime(range.startTime())
            .setEndTime(range.endTime())
            .addGroupBy("feature")
            .addValueKinds("resolved")
            .build();
    return figures(
        query.getRoi(request).getRowsList(),
        row -> row.getGroup(0),
        row -> picos(row.getNetReturn()));
  }

  private static Map<String, BigInteger> focus(QueryServiceBlockingStub query, Range range) {
    var request =
        ExportFocusRequest.newBuilder()
            .setStartTime(range.startTime())
            .setEndTime(range.endTime())
            .setPageSize(FOCUS_ROWS)
            .build();
    return figures(
        query.exportFocus(request).getRowsList(),
        FocusRow::getServiceName,
        row -> picos(row.getBilledCost()));
  }
}
