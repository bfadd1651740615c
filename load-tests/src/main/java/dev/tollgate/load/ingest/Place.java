package dev.tollgate.load.ingest;

import dev.tollgate.load.drive.MeasurementFailed;
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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

/// An ingest-service that is measured, and the tenants that call it.
///
/// @param connections for each tenant of `Traffic`
record Place(
    Site site,
    MeasuredProcess process,
    List<Tenants.Tenancy> tenancies,
    List<List<Channel>> connections,
    TimeSource time) {
  private static final String UNSTORED = "ingest_events_unstored ";

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
            site,
            process,
            tenancies,
            tenancies.stream().map(tenancy -> ports.as(tenancy.key(), "")).toList(),
            time);
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

  /// Waits until the quota has counted so many tokens, of all tenants together; fails where it
  /// counts more.
  void awaitSettled(long expected) {
    Stored.until(time, "the quota to count " + expected + " tokens", () -> tokens() >= expected);
    if (tokens() != expected) {
      throw new MeasurementFailed(
          "the quota counts %d tokens (expected: %d)".formatted(tokens(), expected));
    }
  }

  private long tokens() {
    return tenancies.stream().mapToLong(tenancy -> tokens(site, tenancy)).sum();
  }

  /// How many events are accepted and not stored, as its gauge says.
  long unstored() {
    var metrics = URI.create("http://127.0.0.1:" + process.port(1) + "/metrics");
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith(UNSTORED))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(UNSTORED.length())))
          .findFirst()
          .orElseThrow(() -> new MeasurementFailed("no gauge " + UNSTORED));
    } catch (IOException failed) {
      throw new MeasurementFailed("ingest-service does not answer", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MeasurementFailed("interrupted", interrupted);
    }
  }

  private static long tokens(Site site, Tenants.Tenancy tenancy) {
    var quota = site.quota().as(site.operatorKey(), tenancy.id()).getFirst();
    return BudgetServiceGrpc.newBlockingStub(quota)
        .getBudget(GetBudgetRequest.newBuilder().setBudgetId(Tenants.BUDGET).build())
        .getStandingsList()
        .stream()
        .filter(standing -> standing.getLimit().hasTokens())
        .mapToLong(standing -> standing.getSettled().getTokens())
        .findFirst()
        .orElseThrow(() -> new MeasurementFailed("no budget in tokens of " + tenancy.id()));
  }
}
