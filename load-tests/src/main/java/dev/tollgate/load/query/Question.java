package dev.tollgate.load.query;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetEndpointHealthRequest;
import dev.tollgate.proto.query.v1.GetRetryWasteRequest;
import dev.tollgate.proto.query.v1.GetUnitEconomicsRequest;
import dev.tollgate.proto.query.v1.Granularity;
import dev.tollgate.proto.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import dev.tollgate.proto.query.v1.SearchOrder;
import dev.tollgate.proto.query.v1.SearchUsageRequest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What is asked, by RPC and by bare statements that give the same figures.
///
/// @param rollup reads what the RPC may read; empty where no rollup has it
/// @param raw reads the events
record Question(String name, Rpc rpc, Optional<String> rollup, String raw) {
  private static final int PICO_DIGITS = 12;

  /// Asks a service; answers a figure by name, as the statements do.
  interface Rpc {
    Map<String, BigInteger> ask(QueryServiceBlockingStub query, Instant start, Instant end);
  }

  private static Question of(String name, Rpc rpc, String rollup, String raw) {
    return new Question(
        name,
        rpc,
        Optional.of(rollup).filter(file -> !file.isEmpty()).map(Statements::read),
        Statements.read(raw));
  }

  static final List<Question> ALL =
      List.of(
          of("GetCost", Question::costByTeam, "cost_by_team_rollup", "cost_by_team_raw"),
          of("GetCost_days", Question::costByDay, "cost_by_day_rollup", "cost_by_day_raw"),
          of("GetUnitEconomics", Question::unitEconomics, "", "unit_economics_raw"),
          of("GetRetryWaste", Question::retryWaste, "", "retry_waste_raw"),
          of("GetEndpointHealth", Question::health, "health_rollup", "health_raw"),
          of("SearchUsage", Question::search, "", "search_raw"));

  private static Map<String, BigInteger> costByTeam(
      QueryServiceBlockingStub query, Instant start, Instant end) {
    var request =
        GetCostRequest.newBuilder()
            .setStartTime(Timestamps.fromSeconds(start.getEpochSecond()))
            .setEndTime(Timestamps.fromSeconds(end.getEpochSecond()))
            .addGroupBy("team")
            .build();
    var figures = new TreeMap<String, BigInteger>();
    query
        .getCost(request)
        .getRowsList()
        .forEach(row -> figures.put(row.getGroup(0), picos(row.getCost())));
    return figures;
  }

  private static Map<String, BigInteger> costByDay(
      QueryServiceBlockingStub query, Instant start, Instant end) {
    var request =
        GetCostRequest.newBuilder()
            .setStartTime(Timestamps.fromSeconds(start.getEpochSecond()))
            .setEndTime(Timestamps.fromSeconds(end.getEpochSecond()))
            .addGroupBy("model")
            .setGranularity(Granularity.GRANULARITY_DAY)
            .build();
    var figures = new TreeMap<String, BigInteger>();
    for (var row : query.getCost(request).getRowsList()) {
      var day = Instant.ofEpochSecond(row.getStartTime().getSeconds()).toString();
      figures.put(
          day.replace('T', ' ').replace("Z", "") + " " + row.getGroup(0), picos(row.getCost()));
    }
    return figures;
  }

  private static Map<String, BigInteger> unitEconomics(
      QueryServiceBlockingStub query, Instant start, Instant end) {
    var request =
        GetUnitEconomicsRequest.newBuilder()
            .setStartTime(Timestamps.fromSeconds(start.getEpochSecond()))
            .setEndTime(Timestamps.fromSeconds(end.getEpochSecond()))
            .addGroupBy("feature")
            .build();
    var figures = new TreeMap<String, BigInteger>();
    query
        .getUnitEconomics(request)
        .getRowsList()
        .forEach(row -> figures.put(row.getGroup(0), BigInteger.valueOf(row.getSessions())));
    return figures;
  }

  private static Map<String, BigInteger> retryWaste(
      QueryServiceBlockingStub query, Instant start, Instant end) {
    var request =
        GetRetryWasteRequest.newBuilder()
            .setStartTime(Timestamps.fromSeconds(start.getEpochSecond()))
            .setEndTime(Timestamps.fromSeconds(end.getEpochSecond()))
            .addGroupBy("model")
            .build();
    var figures = new TreeMap<String, BigInteger>();
    query
        .getRetryWaste(request)
        .getRowsList()
        .forEach(row -> figures.put(row.getGroup(0), picos(row.getSupersededCost())));
    return figures;
  }

  private static Map<String, BigInteger> health(
      QueryServiceBlockingStub query, Instant start, Instant end) {
    var request =
        GetEndpointHealthRequest.newBuilder()
            .setStartTime(Timestamps.fromSeconds(start.getEpochSecond()))
            .setEndTime(Timestamps.fromSeconds(end.getEpochSecond()))
            .addGroupBy("provider")
            .addGroupBy("model")
            .build();
    var figures = new TreeMap<String, BigInteger>();
    query
        .getEndpointHealth(request)
        .getRowsList()
        .forEach(row ->
            figures.put(String.join(" ", row.getGroupList()), BigInteger.valueOf(row.getCalls())));
    return figures;
  }

  private static Map<String, BigInteger> search(
      QueryServiceBlockingStub query, Instant start, Instant end) {
    var request =
        SearchUsageRequest.newBuilder()
            .setStartTime(Timestamps.fromSeconds(start.getEpochSecond()))
            .setEndTime(Timestamps.fromSeconds(end.getEpochSecond()))
            .setOrder(SearchOrder.SEARCH_ORDER_DEAREST_FIRST)
            .setPageSize(100)
            .build();
    var figures = new TreeMap<String, BigInteger>();
    query
        .searchUsage(request)
        .getRowsList()
        .forEach(row -> figures.put(row.getEventId(), picos(row.getCost())));
    return figures;
  }

  private static BigInteger picos(Money money) {
    return new BigDecimal(money.getAmount()).movePointRight(PICO_DIGITS).toBigIntegerExact();
  }
}
