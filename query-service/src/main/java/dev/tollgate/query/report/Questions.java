package dev.tollgate.query.report;

import com.google.protobuf.Timestamp;
import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.Anomaly;
import dev.tollgate.proto.query.v1.BudgetBurnRow;
import dev.tollgate.proto.query.v1.Comparison;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.GetBudgetBurnRequest;
import dev.tollgate.proto.query.v1.GetBudgetBurnResponse;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.proto.query.v1.GetRetryWasteRequest;
import dev.tollgate.proto.query.v1.GetRetryWasteResponse;
import dev.tollgate.proto.query.v1.GetUnitEconomicsRequest;
import dev.tollgate.proto.query.v1.GetUnitEconomicsResponse;
import dev.tollgate.proto.query.v1.ListAnomaliesRequest;
import dev.tollgate.proto.query.v1.ListSavingsRequest;
import dev.tollgate.proto.query.v1.ListSavingsResponse;
import dev.tollgate.proto.query.v1.Measure;
import dev.tollgate.query.anomaly.Anomalies;
import dev.tollgate.query.anomaly.ListAnomaliesRpc;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.burn.GetBudgetBurnRpc;
import dev.tollgate.query.cost.GetCostRpc;
import dev.tollgate.query.quota.QuotaClient;
import dev.tollgate.query.saving.ListSavingsRpc;
import dev.tollgate.query.saving.Marks;
import dev.tollgate.query.unit.GetUnitEconomicsRpc;
import dev.tollgate.query.waste.GetRetryWasteRpc;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a report asks: as whoever reads the tenant's or a team's figures, at the last moment of its
/// period. Blocks.
final class Questions {
  private static final Duration ANOMALIES = Duration.ofDays(30);
  private static final int ANOMALIES_MAX = 1_000;
  private static final int BUDGETS_PAGE = 100;
  private static final int ROWS_MAX = 10_000;

  private final Answering answering;
  private final Sources sources;
  private final Caller caller;
  private final Period period;
  private final Timestamp start;
  private final Timestamp end;

  private Questions(Sources sources, Caller caller, Period period) {
    this.answering = sources.answering().keepable(period.last());
    this.sources = sources;
    this.caller = caller;
    this.period = period;
    this.start = Times.timestamp(period.start());
    this.end = Times.timestamp(period.end());
  }

  /// Who answers.
  record Sources(
      Answering answering, PriceBooks books, QuotaClient quota, Anomalies anomalies, Marks marks) {}

  /// Of all that is the tenant's.
  static Questions ofTenant(Sources sources, String tenant, Period period) {
    return new Questions(sources, reader(tenant, Map.of()), period);
  }

  /// Of what is the team's.
  static Questions ofTeam(Sources sources, String tenant, String team, Period period) {
    return new Questions(sources, reader(tenant, Map.of("team", team)), period);
  }

  private static Caller reader(String tenant, Map<String, String> pins) {
    return new Caller("reports", Set.of(Role.ROLE_READER), tenant, pins);
  }

  Period period() {
    return period;
  }

  /// The teams that spent something, at most 10,000: the dearest.
  List<String> teams() {
    var request = cost().addGroupBy("team").setPageSize(ROWS_MAX).build();
    return cost(request).getRowsList().stream()
        .filter(row -> Figures.amount(row.getCost()).signum() > 0)
        .map(row -> row.getGroup(0))
        .filter(team -> !team.isEmpty())
        .distinct()
        .toList();
  }

  boolean hasSpend() {
    return cost(cost().build()).getTotalsList().stream()
        .anyMatch(row -> Figures.amount(row.getCost()).signum() > 0);
  }

  /// Its total, beside that of the time before.
  GetCostResponse spend() {
    return cost(cost().setComparison(Comparison.COMPARISON_PREVIOUS_PERIOD).build());
  }

  /// By the dearest values of a dimension.
  GetCostResponse top(String dimension, int count) {
    return cost(cost().addGroupBy(dimension).setTop(count).build());
  }

  /// What no team is known of.
  GetCostResponse unattributed() {
    return cost(cost().addFilters(Filter.newBuilder().setDimension("team").addValues("")).build());
  }

  private GetCostRequest.Builder cost() {
    return GetCostRequest.newBuilder()
        .setStartTime(start)
        .setEndTime(end)
        .addMeasures(Measure.MEASURE_COST);
  }

  private GetCostResponse cost(GetCostRequest request) {
    return new GetCostRpc(answering).answer(request, caller);
  }

  GetUnitEconomicsResponse units() {
    var request = GetUnitEconomicsRequest.newBuilder().setStartTime(start).setEndTime(end).build();
    return new GetUnitEconomicsRpc(answering).answer(request, caller);
  }

  GetRetryWasteResponse waste() {
    var request = GetRetryWasteRequest.newBuilder().setStartTime(start).setEndTime(end).build();
    return new GetRetryWasteRpc(answering).answer(request, caller);
  }

  ListSavingsResponse savings() {
    var request = ListSavingsRequest.newBuilder().setStartTime(start).setEndTime(end).build();
    return new ListSavingsRpc(answering, sources.books(), sources.marks()).answer(request, caller);
  }

  /// Those that were open at the end, whenever that is asked.
  List<Anomaly> openAnomalies() {
    var request =
        ListAnomaliesRequest.newBuilder()
            .setStartTime(Times.timestamp(period.end().minus(ANOMALIES)))
            .setEndTime(end)
            .setPageSize(ANOMALIES_MAX)
            .build();
    return new ListAnomaliesRpc(answering, sources.anomalies())
        .answer(request, caller).getAnomaliesList().stream().filter(this::isOpen).toList();
  }

  private boolean isOpen(Anomaly anomaly) {
    return !anomaly.hasEndTime()
        || Instant.ofEpochSecond(anomaly.getEndTime().getSeconds()).isAfter(period.last());
  }

  /// Of those that select what is asked about.
  List<BudgetBurnRow> budgets() {
    var rpc = new GetBudgetBurnRpc(answering, sources.quota());
    var rows = new ArrayList<BudgetBurnRow>();
    var request = GetBudgetBurnRequest.newBuilder().setPageSize(BUDGETS_PAGE);
    GetBudgetBurnResponse page;
    do {
      page = rpc.answer(request.build(), caller);
      rows.addAll(page.getRowsList());
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return rows;
  }
}
