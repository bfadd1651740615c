package dev.tollgate.load.ingest;

import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.load.site.Connections;
import dev.tollgate.load.site.MeasuredProcess;
import dev.tollgate.load.site.Site;
import dev.tollgate.load.site.Tenants;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.RecordUsageRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.time.TimeSource;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// An ingest-service that is measured, and the tenants that call it.
///
/// @param connections for each tenant of `Traffic`
record Place(
    MeasuredProcess process, List<Tenants.Tenancy> tenancies, List<List<Channel>> connections) {
  /// Returns when it takes usage.
  ///
  /// @param quotaTarget where it settles
  static Place open(
      Site site,
      String name,
      List<Tenants.Tenancy> tenancies,
      String quotaTarget,
      URI clickHouseUrl,
      TimeSource time)
      throws IOException {
    var process = site.startIngest(name, quotaTarget, clickHouseUrl, Map.of());
    var ports = site.connect(process.port(0));
    var place =
        new Place(
            process,
            tenancies,
            tenancies.stream().map(tenancy -> ports.as(tenancy.key(), "")).toList());
    Stored.until(time, name + " to take usage", place::isReady);
    return place;
  }

  /* Nothing of it counts: it says no time. */
  private boolean isReady() {
    var request =
        RecordUsageRequest.newBuilder()
            .addEvents(
                UsageEvent.newBuilder()
                    .setEventId("ready")
                    .setDimensions(Dimensions.newBuilder().setModel("gpt-5")))
            .build();
    try {
      for (var own : connections) {
        var _ = IngestServiceGrpc.newBlockingStub(own.getFirst()).recordUsage(request);
      }
      return true;
    } catch (StatusRuntimeException notYet) {
      return false;
    }
  }

  /// How many tokens the quota has counted, of all tenants together.
  static long settledTokens(
      Connections quota, String operatorKey, List<Tenants.Tenancy> tenancies) {
    return tenancies.stream().mapToLong(tenancy -> tokens(quota, operatorKey, tenancy)).sum();
  }

  private static long tokens(Connections quota, String operatorKey, Tenants.Tenancy tenancy) {
    return BudgetServiceGrpc.newBlockingStub(quota.as(operatorKey, tenancy.id()).getFirst())
        .getBudget(GetBudgetRequest.newBuilder().setBudgetId(Tenants.BUDGET).build())
        .getStandingsList()
        .stream()
        .filter(standing -> standing.getLimit().hasTokens())
        .mapToLong(standing -> standing.getSettled().getTokens())
        .findFirst()
        .orElseThrow(() -> new MeasurementFailed("no budget in tokens of " + tenancy.id()));
  }
}
