package dev.tollgate.load.query;

import static dev.tollgate.load.query.Question.figures;
import static dev.tollgate.load.query.Question.picos;

import com.google.protobuf.util.Durations;
import dev.tollgate.load.site.OneBook;
import dev.tollgate.proto.query.v1.CompareModelsRequest;
import dev.tollgate.proto.query.v1.GetDeploymentImpactRequest;
import dev.tollgate.proto.query.v1.GetEndpointHealthRequest;
import dev.tollgate.proto.query.v1.ListSavingsRequest;
import dev.tollgate.proto.query.v1.ModelCandidate;
import dev.tollgate.proto.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import dev.tollgate.proto.query.v1.SavingKind;
import dev.tollgate.proto.query.v1.SearchOrder;
import dev.tollgate.proto.query.v1.SearchUsageRequest;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How calls went, and which they were.
final class CallQuestions {
  private static final int DEAREST = 100;
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration WEEK = Duration.ofDays(7);

  private CallQuestions() {}

  /// Those that look at each call by itself ask for one day of the month, as they take so many
  /// calls and no more.
  static List<Question> all(Range month) {
    return List.of(
        Question.of("GetEndpointHealth", CallQuestions::health, "health_raw")
            .orRollup("health_rollup"),
        Question.of("GetDeploymentImpact", CallQuestions::impact, "impact_raw")
            .within(range -> around(month, range)),
        Question.of("CompareModels", CallQuestions::compare, "compare_raw")
            .within(range -> range.first(DAY)),
        Question.of("ListSavings", CallQuestions::savings, "savings_raw")
            .within(range -> range.first(DAY)),
        Question.of("SearchUsage", CallQuestions::search, "search_raw"));
  }

  /* A week and some hours on either side of the deployment. */
  private static Range around(Range month, Range range) {
    var deployed = Seed.deployed(month);
    var window = WEEK.plus(Duration.between(month.start(), range.start()));
    return new Range(deployed.minus(window), deployed.plus(window));
  }

  private static Map<String, BigInteger> health(QueryServiceBlockingStub query, Range range) {
    var request =
        GetEndpointHealthRequest.newBuilder()
            .setStartTime(range.startTime())
            .setEndTime(range.endTime())
            .addGroupBy("provider")
            .addGroupBy("model")
            .build();
    return figures(
        query.getEndpointHealth(request).getRowsList(),
        row -> String.join(" ", row.getGroupList()),
        row -> BigInteger.valueOf(row.getCalls()));
  }

  private static Map<String, BigInteger> impact(QueryServiceBlockingStub query, Range range) {
    var window = Duration.between(range.start(), range.end()).dividedBy(2);
    var request =
        GetDeploymentImpactRequest.newBuilder()
            .setDeploymentId(Seed.DEPLOYMENT)
            .setWindow(Durations.fromSeconds(window.toSeconds()))
            .build();
    var answer = query.getDeploymentImpact(request);
    return new TreeMap<>(
        Map.of(
            "before", BigInteger.valueOf(answer.getBefore().getRequests()),
            "after", BigInteger.valueOf(answer.getAfter().getRequests())));
  }

  private static Map<String, BigInteger> compare(QueryServiceBlockingStub query, Range range) {
    var request =
        CompareModelsRequest.newBuilder()
            .setStartTime(range.startTime())
            .setEndTime(range.endTime())
            .addCandidates(
                ModelCandidate.newBuilder().setProvider(OneBook.PROVIDER).setModel(OneBook.MODEL))
            .build();
    var answer = query.compareModels(request);
    var compared = answer.getComparisons(0);
    return new TreeMap<>(
        Map.of(
            "actual", picos(answer.getActualCosts(0)), OneBook.MODEL, picos(compared.getCost())));
  }

  private static Map<String, BigInteger> savings(QueryServiceBlockingStub query, Range range) {
    var request =
        ListSavingsRequest.newBuilder()
            .setStartTime(range.startTime())
            .setEndTime(range.endTime())
            .build();
    var repeated =
        query.listSavings(request).getRowsList().stream()
            .filter(row -> row.getKind() == SavingKind.SAVING_KIND_REPEATED_INPUT)
            .toList();
    return figures(
        repeated, row -> row.getFeature() + " " + row.getModel(), row -> picos(row.getSaving()));
  }

  private static Map<String, BigInteger> search(QueryServiceBlockingStub query, Range range) {
    var request =
        SearchUsageRequest.newBuilder()
            .setStartTime(range.startTime())
            .setEndTime(range.endTime())
            .setOrder(SearchOrder.SEARCH_ORDER_DEAREST_FIRST)
            .setPageSize(DEAREST)
            .build();
    return figures(
        query.searchUsage(request).getRowsList(),
        row -> row.getEventId(),
        row -> picos(row.getCost()));
  }
}
