package dev.tollgate.cli.demo;

import dev.tollgate.cli.traffic.Tenant;
import dev.tollgate.cli.traffic.Traffic;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetResponse;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.time.TimeSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Asks, with the tenants' keys, what the calls of some traffic cost and where the budgets stand.
public final class Ledger {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Map<String, TollgateClient> clients;
  private final Traffic traffic;

  /// One line of a report: whose (an empty tenant is all of them), how much, for what.
  public record Line(
      String tenant,
      String group,
      BigDecimal cost,
      String currency,
      long events,
      long inputTokens,
      long outputTokens,
      long unpricedEvents) {
    private static Line of(String tenant, CostRow row) {
      return new Line(
          tenant,
          row.getGroupCount() == 0 ? "" : row.getGroup(0),
          new BigDecimal(row.getCost().getAmount()),
          row.getCost().getCurrencyCode(),
          row.getEvents(),
          row.getInputTokens(),
          row.getOutputTokens(),
          row.getUnpricedEvents());
    }

    private Line ofAll() {
      return new Line("", group, cost, currency, events, inputTokens, outputTokens, unpricedEvents);
    }

    private Line plus(Line other) {
      return new Line(
          tenant,
          group,
          cost.add(other.cost),
          currency,
          events + other.events,
          inputTokens + other.inputTokens,
          outputTokens + other.outputTokens,
          unpricedEvents + other.unpricedEvents);
    }
  }

  public Ledger(Map<String, TollgateClient> clients, Traffic traffic) {
    this.clients = clients;
    this.traffic = traffic;
  }

  /// Returns when all of the events can be queried and no hold is open.
  ///
  /// @param events how many were acknowledged
  public void awaitStored(long events, TimeSource time) {
    Await.until(time, PATIENCE, "all acknowledged events to be stored", () -> events() >= events);
    Await.until(time, PATIENCE, "all holds to be settled", () -> openHolds() == 0);
  }

  /// How many events of the traffic are stored.
  public long events() {
    return clients.values().stream()
        .flatMap(client -> client.getCost(question("")).getTotalsList().stream())
        .mapToLong(CostRow::getEvents)
        .sum();
  }

  /// What it cost by the values of a dimension, both tenants together, dearest first.
  public List<Line> acrossTenants(String dimension) {
    var sums = new LinkedHashMap<String, Line>();
    for (var line : lines(dimension)) {
      sums.merge(line.group() + " " + line.currency(), line.ofAll(), Line::plus);
    }
    return dearestFirst(sums.values());
  }

  /// What all of it cost: one line per currency.
  public List<Line> totals() {
    return acrossTenants("");
  }

  /// What it cost by tenant and the values of a dimension, dearest first.
  public List<Line> by(String dimension) {
    return dearestFirst(lines(dimension));
  }

  private static List<Line> dearestFirst(Collection<Line> lines) {
    return lines.stream().sorted(Comparator.comparing(Line::cost).reversed()).toList();
  }

  private List<Line> lines(String dimension) {
    var lines = new ArrayList<Line>();
    clients.forEach((tenant, client) -> {
      var answer = client.getCost(question(dimension));
      var rows = dimension.isEmpty() ? answer.getTotalsList() : answer.getRowsList();
      rows.forEach(row -> lines.add(Line.of(tenant, row)));
    });
    return lines;
  }

  private GetCostRequest question(String dimension) {
    var request =
        GetCostRequest.newBuilder()
            .setStartTime(Replay.timestamp(hour(traffic.start())))
            .setEndTime(Replay.timestamp(hour(traffic.end()).plus(1, ChronoUnit.HOURS)))
            .addFilters(Filter.newBuilder().setDimension("workflow").addValues(traffic.id()));
    if (!dimension.isEmpty()) {
      request.addGroupBy(dimension);
    }
    return request.build();
  }

  private static Instant hour(Instant instant) {
    return instant.truncatedTo(ChronoUnit.HOURS);
  }

  /// Where each budget without groups stands, by tenant.
  public Map<String, List<GetBudgetResponse>> budgets() {
    var budgets = new LinkedHashMap<String, List<GetBudgetResponse>>();
    for (var tenant : traffic.tenants()) {
      budgets.put(
          tenant.id(),
          tenant.budgets().stream()
              .filter(budget -> budget.getGroupByCount() == 0)
              .map(budget ->
                  standing(Objects.requireNonNull(clients.get(tenant.id())), budget.getBudgetId()))
              .toList());
    }
    return budgets;
  }

  /// How many calls of all tenants are held and not yet settled.
  public long openHolds() {
    return clients.values().stream().mapToLong(Ledger::openHolds).sum();
  }

  /// How many calls of the tenant are held and not yet settled.
  static long openHolds(TollgateClient client) {
    return standing(client, Tenant.ALL_CALLS).getStandingsList().stream()
        .mapToLong(standing -> standing.getHeld().getRequests())
        .sum();
  }

  private static GetBudgetResponse standing(TollgateClient client, String budget) {
    return client.getBudget(GetBudgetRequest.newBuilder().setBudgetId(budget).build());
  }
}
