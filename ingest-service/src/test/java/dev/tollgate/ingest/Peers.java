package dev.tollgate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceImplBase;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import dev.tollgate.proto.quota.v1.ApplySettlementsRequest;
import dev.tollgate.proto.quota.v1.ApplySettlementsResponse;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc.SettlementServiceImplBase;
import dev.tollgate.rating.PriceBook;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// quota-service and pricing-service as ingest sees them, in one small server. The quota keeps what
/// the contract says: it applies each position once.
final class Peers implements AutoCloseable {
  private static final String BOOK =
      """
      {"id": "default", "version": 7, "currency": "USD", "models": [
        {"provider": "openai", "model": "gpt-4o", "prices": [
          {"id": "in", "bucket": "input", "amount": "2.50", "unit_quantity": 1000000,
           "source": "test"},
          {"id": "out", "bucket": "output", "amount": "10", "unit_quantity": 1000000,
           "source": "test"}]}]}
      """;
  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tollgate-tenant", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<String> CALLER_TENANT = Context.key("tenant");

  private final Map<String, List<Settlement>> applied = new HashMap<>();
  private final Map<String, Long> positions = new HashMap<>();
  private final Server server;
  private final List<StreamObserver<WatchPriceBooksResponse>> watchers = new ArrayList<>();
  private WatchPriceBooksResponse book = published(7, BOOK);
  private boolean away;
  private final Set<String> notReady = new HashSet<>();

  private Peers() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Quota())
            .addService(new Pricing())
            .permitKeepAliveTime(1, TimeUnit.SECONDS)
            .intercept(new TenantReader())
            .build()
            .start();
  }

  static Peers start() throws IOException {
    return new Peers();
  }

  String target() {
    return "127.0.0.1:" + server.getPort();
  }

  /// From now on every call to the quota fails, or doesn't.
  synchronized void quotaIsAway(boolean isAway) {
    away = isAway;
  }

  /// From now on the quota can't settle this tenant, or can.
  synchronized void quotaCanSettle(String tenant, boolean can) {
    if (can) {
      notReady.remove(tenant);
    } else {
      notReady.add(tenant);
    }
  }

  /// The quota loses its store, and goes on from this position of the tenant's.
  synchronized void quotaForgets(String tenant, String logId, long after) {
    positions.put(tenant + "/" + logId, after);
    var kept = applied(tenant).stream().filter(each -> each.getPosition() <= after).toList();
    applied.put(tenant, new ArrayList<>(kept));
  }

  /// Every watcher gets the book, now or when it comes.
  synchronized void publish(PriceBook published) {
    book = published((int) published.version(), new String(published.print(), UTF_8));
    watchers.forEach(watcher -> watcher.onNext(book));
  }

  private synchronized void watch(StreamObserver<WatchPriceBooksResponse> watcher) {
    watchers.add(watcher);
    watcher.onNext(book);
  }

  private synchronized void unwatch(StreamObserver<WatchPriceBooksResponse> watcher) {
    watchers.remove(watcher);
  }

  private static WatchPriceBooksResponse published(int version, String content) {
    return WatchPriceBooksResponse.newBuilder()
        .setPriceBookId("default")
        .setVersion(version)
        .setContent(ByteString.copyFromUtf8(content))
        .build();
  }

  /// What took effect for the tenant, in that order.
  synchronized List<Settlement> applied(String tenant) {
    return List.copyOf(applied.getOrDefault(tenant, List.of()));
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private synchronized ApplySettlementsResponse apply(
      String tenant, ApplySettlementsRequest request) {
    var key = tenant + "/" + request.getLogId();
    var position = positions.getOrDefault(key, 0L);
    if (position < request.getAppliedBefore()) {
      return ApplySettlementsResponse.newBuilder().setAppliedPosition(position).build();
    }
    var effects = 0;
    for (var settlement : request.getSettlementsList()) {
      if (settlement.getPosition() > position) {
        position = settlement.getPosition();
        applied.computeIfAbsent(tenant, _ -> new ArrayList<>()).add(settlement);
        effects++;
      }
    }
    positions.put(key, position);
    return ApplySettlementsResponse.newBuilder()
        .setAppliedPosition(position)
        .setApplied(effects)
        .setSkipped(request.getSettlementsCount() - effects)
        .build();
  }

  private synchronized boolean isAway(String tenant) {
    return away || notReady.contains(tenant);
  }

  private final class Quota extends SettlementServiceImplBase {
    @Override
    public void applySettlements(
        ApplySettlementsRequest request, StreamObserver<ApplySettlementsResponse> answer) {
      if (isAway(CALLER_TENANT.get())) {
        answer.onError(Status.UNAVAILABLE.asException());
        return;
      }
      answer.onNext(apply(CALLER_TENANT.get(), request));
      answer.onCompleted();
    }
  }

  private final class Pricing extends PricingServiceImplBase {
    @Override
    public void watchPriceBooks(
        WatchPriceBooksRequest request, StreamObserver<WatchPriceBooksResponse> answer) {
      ((ServerCallStreamObserver<WatchPriceBooksResponse>) answer)
          .setOnCancelHandler(() -> unwatch(answer));
      watch(answer);
    }
  }

  private static final class TenantReader implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      var tenant = headers.get(TENANT);
      return Contexts.interceptCall(
          Context.current().withValue(CALLER_TENANT, tenant == null ? "" : tenant),
          call,
          headers,
          next);
    }
  }
}
