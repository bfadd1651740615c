package dev.tollgate.client;

import dev.tollgate.proto.budget.v1.BudgetServiceGrpc;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc;
import dev.tollgate.proto.query.v1.QueryServiceGrpc;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// One channel per address; services that share an address share the channel.
final class Connections implements AutoCloseable {
  /// Room for the largest page of costs.
  private static final int RESPONSE_BYTES_MAX = 64 << 20;

  /// How long a call may be silent before the connection is asked for a sign of life, and how long
  /// that may take. Servers permit a question every 10 s.
  private static final long KEEP_ALIVE_SECONDS = 30;

  private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 10;

  private static final long CLOSE_SECONDS = 5;

  /// What may be asked twice: checks by their `request_id`, settlements by their reservation,
  /// whatever only reads. Nothing else is tried again by itself.
  private static final Map<String, List<String>> IDEMPOTENT =
      Map.of(
          QuotaServiceGrpc.SERVICE_NAME,
          List.of("CheckQuota", "Settle", "Release", "Extend", "ExplainQuota", "GetAllowance"),
          QueryServiceGrpc.SERVICE_NAME,
          List.of(
              "GetBudgetBurn",
              "GetCost",
              "GetCostPerOutcome",
              "GetDeploymentImpact",
              "GetEndpointHealth",
              "GetRetryWaste",
              "GetRoi",
              "GetUnitEconomics"),
          BudgetServiceGrpc.SERVICE_NAME,
          List.of("GetBudget", "ListBudgets"),
          PricingServiceGrpc.SERVICE_NAME,
          List.of("ListPrices"));

  /// Three attempts within the call's deadline, about 20 and 40 ms apart.
  private static final Map<String, ?> RETRY =
      Map.of(
          "maxAttempts",
          3.0,
          "initialBackoff",
          "0.02s",
          "maxBackoff",
          "0.2s",
          "backoffMultiplier",
          2.0,
          "retryableStatusCodes",
          List.of("UNAVAILABLE"));

  /// Stops retrying while more than a few calls fail: a service in trouble is not to be stormed.
  private static final Map<String, ?> THROTTLING = Map.of("maxTokens", 20.0, "tokenRatio", 0.5);

  private final Endpoints endpoints;
  private final Map<URI, ManagedChannel> channels;

  private Connections(Endpoints endpoints, Map<URI, ManagedChannel> channels) {
    this.endpoints = endpoints;
    this.channels = channels;
  }

  static Connections to(Endpoints endpoints) {
    var channels = new LinkedHashMap<URI, ManagedChannel>();
    channels.computeIfAbsent(endpoints.quota(), Connections::open);
    channels.computeIfAbsent(endpoints.pricing(), Connections::open);
    channels.computeIfAbsent(endpoints.ingest(), Connections::open);
    channels.computeIfAbsent(endpoints.query(), Connections::open);
    return new Connections(endpoints, channels);
  }

  ManagedChannel quota() {
    return channel(endpoints.quota());
  }

  ManagedChannel pricing() {
    return channel(endpoints.pricing());
  }

  ManagedChannel ingest() {
    return channel(endpoints.ingest());
  }

  ManagedChannel query() {
    return channel(endpoints.query());
  }

  /// Makes channels that wait before they connect again try now: gRPC would wait up to 2 minutes,
  /// long after a service is back.
  void hurry() {
    channels.values().forEach(ManagedChannel::resetConnectBackoff);
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdown);
    try {
      for (var channel : channels.values()) {
        if (!channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
          channel.shutdownNow();
        }
      }
    } catch (InterruptedException interrupted) {
      channels.values().forEach(ManagedChannel::shutdownNow);
      Thread.currentThread().interrupt();
    }
  }

  private ManagedChannel channel(URI uri) {
    return Objects.requireNonNull(channels.get(uri));
  }

  private static ManagedChannel open(URI uri) {
    var builder =
        NettyChannelBuilder.forAddress(uri.getHost(), uri.getPort())
            .maxInboundMessageSize(RESPONSE_BYTES_MAX)
            .defaultServiceConfig(serviceConfig())
            .disableServiceConfigLookUp()
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    return uri.getScheme().equals("https")
        ? builder.useTransportSecurity().build()
        : builder.usePlaintext().build();
  }

  private static Map<String, ?> serviceConfig() {
    var names = new ArrayList<Map<String, ?>>();
    IDEMPOTENT.forEach((service, methods) ->
        methods.forEach(method -> names.add(Map.of("service", service, "method", method))));
    var config = Map.of("name", names, "retryPolicy", RETRY);
    return Map.of("methodConfig", List.of(config), "retryThrottling", THROTTLING);
  }
}
