package dev.tollgate.client;

import dev.tollgate.proto.access.v1.AccessServiceGrpc;
import dev.tollgate.proto.access.v1.AccessServiceGrpc.AccessServiceBlockingStub;
import dev.tollgate.proto.access.v1.CreateApiKeyRequest;
import dev.tollgate.proto.access.v1.CreateApiKeyResponse;
import dev.tollgate.proto.access.v1.CreateTenantRequest;
import dev.tollgate.proto.access.v1.CreateTenantResponse;
import dev.tollgate.proto.access.v1.RevokeApiKeyRequest;
import dev.tollgate.proto.access.v1.RevokeApiKeyResponse;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.CreateBudgetResponse;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetResponse;
import dev.tollgate.proto.budget.v1.ListBudgetsRequest;
import dev.tollgate.proto.budget.v1.ListBudgetsResponse;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc.IngestServiceBlockingStub;
import dev.tollgate.proto.ingest.v1.LedgerServiceGrpc;
import dev.tollgate.proto.ingest.v1.LedgerServiceGrpc.LedgerServiceBlockingStub;
import dev.tollgate.proto.pricing.v1.ListPricesRequest;
import dev.tollgate.proto.pricing.v1.ListPricesResponse;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.proto.query.v1.QueryServiceGrpc;
import dev.tollgate.proto.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.ExtendRequest;
import dev.tollgate.proto.quota.v1.ExtendResponse;
import dev.tollgate.proto.quota.v1.GetAllowanceRequest;
import dev.tollgate.proto.quota.v1.GetAllowanceResponse;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc.QuotaServiceBlockingStub;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc.QuotaServiceStub;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.proto.quota.v1.ReleaseResponse;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.proto.quota.v1.SettleResponse;
import dev.tollgate.secret.Secret;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Speaks to a Tollgate installation with one key. Safe for concurrent use; calls block, and throw
/// `TollgateException`.
public final class TollgateClient implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tollgate-tenant", Metadata.ASCII_STRING_MARSHALLER);

  private final Connections connections;
  private final Secret key;
  private final String tenant;
  private final Duration timeout;

  private final QuotaServiceBlockingStub quota;
  private final QuotaServiceStub quotaLater;
  private final AccessServiceBlockingStub access;
  private final BudgetServiceBlockingStub budgets;
  private final PricingServiceBlockingStub prices;
  private final QueryServiceBlockingStub costs;
  private final IngestServiceBlockingStub usage;
  private final LedgerServiceBlockingStub ledger;

  private TollgateClient(Connections connections, Secret key, String tenant, Duration timeout) {
    this.connections = connections;
    this.key = key;
    this.tenant = tenant;
    this.timeout = timeout;
    var headers = MetadataUtils.newAttachHeadersInterceptor(headers());
    this.quota = QuotaServiceGrpc.newBlockingStub(connections.quota()).withInterceptors(headers);
    this.quotaLater = QuotaServiceGrpc.newStub(connections.quota()).withInterceptors(headers);
    this.access = AccessServiceGrpc.newBlockingStub(connections.quota()).withInterceptors(headers);
    this.budgets = BudgetServiceGrpc.newBlockingStub(connections.quota()).withInterceptors(headers);
    this.prices =
        PricingServiceGrpc.newBlockingStub(connections.pricing()).withInterceptors(headers);
    this.usage = IngestServiceGrpc.newBlockingStub(connections.ingest()).withInterceptors(headers);
    this.ledger = LedgerServiceGrpc.newBlockingStub(connections.ingest()).withInterceptors(headers);
    this.costs = QueryServiceGrpc.newBlockingStub(connections.query()).withInterceptors(headers);
  }

  /// Connects when first used; a service that is away shows then, as SERVICE_UNAVAILABLE.
  public static TollgateClient connect(Endpoints endpoints, Secret key) {
    return new TollgateClient(Connections.to(endpoints), key, "", Duration.ofSeconds(10));
  }

  /// The same client acting for the tenant, which only an OPERATOR's or SERVICE's key may do. It
  /// shares the connections: closing one closes both.
  public TollgateClient forTenant(String tenantId) {
    return new TollgateClient(connections, key, tenantId, timeout);
  }

  /// The same client with another key. It shares the connections: closing one closes both.
  public TollgateClient withKey(Secret other) {
    return new TollgateClient(connections, other, "", timeout);
  }

  /// The same client with another limit on the time of one call. It shares the connections: closing
  /// one closes both.
  public TollgateClient withTimeout(Duration limit) {
    return new TollgateClient(connections, key, tenant, limit);
  }

  public CheckQuotaResponse check(CheckQuotaRequest request) {
    return call(quota, stub -> stub.checkQuota(request));
  }

  public SettleResponse settle(SettleRequest request) {
    return call(quota, stub -> stub.settle(request));
  }

  public ReleaseResponse release(ReleaseRequest request) {
    return call(quota, stub -> stub.release(request));
  }

  /// The heartbeat of a long call.
  public ExtendResponse extend(ExtendRequest request) {
    return call(quota, stub -> stub.extend(request));
  }

  /// Any other method of the quota service: `client.quota(stub -> stub.explainQuota(request))`.
  public <R> R quota(Function<QuotaServiceBlockingStub, R> method) {
    return call(quota, method);
  }

  /// As `check`, without blocking. The future fails with a `TollgateException`, and completes on a
  /// thread of the connection: don't block there.
  public CompletableFuture<CheckQuotaResponse> checkLater(CheckQuotaRequest request) {
    return later((stub, answer) -> stub.checkQuota(request, answer));
  }

  /// As `settle`, without blocking.
  public CompletableFuture<SettleResponse> settleLater(SettleRequest request) {
    return later((stub, answer) -> stub.settle(request, answer));
  }

  /// As `release`, without blocking.
  public CompletableFuture<ReleaseResponse> releaseLater(ReleaseRequest request) {
    return later((stub, answer) -> stub.release(request, answer));
  }

  /// As `extend`, without blocking.
  public CompletableFuture<ExtendResponse> extendLater(ExtendRequest request) {
    return later((stub, answer) -> stub.extend(request, answer));
  }

  /// What is left for calls of some dimensions, without blocking.
  public CompletableFuture<GetAllowanceResponse> getAllowanceLater(GetAllowanceRequest request) {
    return later((stub, answer) -> stub.getAllowance(request, answer));
  }

  public GetCostResponse getCost(GetCostRequest request) {
    return call(costs, stub -> stub.getCost(request));
  }

  /// Any other method of the query service: `client.costs(stub -> stub.searchUsage(request))`.
  public <R> R costs(Function<QueryServiceBlockingStub, R> method) {
    return call(costs, method);
  }

  public ListPricesResponse listPrices(ListPricesRequest request) {
    return call(prices, stub -> stub.listPrices(request));
  }

  /// Any other method of the pricing service: `client.prices(stub -> stub.createDraft(request))`.
  public <R> R prices(Function<PricingServiceBlockingStub, R> method) {
    return call(prices, method);
  }

  public CreateBudgetResponse createBudget(CreateBudgetRequest request) {
    return call(budgets, stub -> stub.createBudget(request));
  }

  public GetBudgetResponse getBudget(GetBudgetRequest request) {
    return call(budgets, stub -> stub.getBudget(request));
  }

  public ListBudgetsResponse listBudgets(ListBudgetsRequest request) {
    return call(budgets, stub -> stub.listBudgets(request));
  }

  /// Any other method of the budget service: `client.budgets(stub -> stub.updateBudget(request))`.
  public <R> R budgets(Function<BudgetServiceBlockingStub, R> method) {
    return call(budgets, method);
  }

  public CreateTenantResponse createTenant(CreateTenantRequest request) {
    return call(access, stub -> stub.createTenant(request));
  }

  public CreateApiKeyResponse createApiKey(CreateApiKeyRequest request) {
    return call(access, stub -> stub.createApiKey(request));
  }

  public RevokeApiKeyResponse revokeApiKey(RevokeApiKeyRequest request) {
    return call(access, stub -> stub.revokeApiKey(request));
  }

  /// Any other method of the access service: `client.access(stub -> stub.listTenants(request))`.
  public <R> R access(Function<AccessServiceBlockingStub, R> method) {
    return call(access, method);
  }

  /// A method of the ingest service that is one call: `client.usage(stub ->
  /// stub.backfillUsage(request))`.
  public <R> R usage(Function<IngestServiceBlockingStub, R> method) {
    return call(usage, method);
  }

  /// A method of the ledger service: `client.ledger(stub -> stub.checkLedger(request))`.
  public <R> R ledger(Function<LedgerServiceBlockingStub, R> method) {
    return call(ledger, method);
  }

  /// Opens a stream of usage that outlives its connections.
  public UsageStream streamUsage(UsageStreamSettings settings) {
    return streamUsage(settings, _ -> {});
  }

  /// As above.
  ///
  /// @param interruptions told why a connection ended while events wait for their answers; must
  ///   neither block nor throw
  public UsageStream streamUsage(
      UsageStreamSettings settings, Consumer<TollgateException> interruptions) {
    var stub =
        IngestServiceGrpc.newStub(connections.ingest())
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers()));
    return UsageStream.open(
        observer -> {
          connections.ingest().resetConnectBackoff();
          return stub.streamUsage(observer);
        },
        settings,
        interruptions,
        RandomGenerator.getDefault());
  }

  @Override
  public void close() {
    connections.close();
  }

  private Metadata headers() {
    var headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + key.reveal());
    if (!tenant.isEmpty()) {
      headers.put(TENANT, tenant);
    }
    return headers;
  }

  private <R> CompletableFuture<R> later(BiConsumer<QuotaServiceStub, StreamObserver<R>> method) {
    var answer = new OneAnswer<R>();
    method.accept(quotaLater.withDeadlineAfter(timeout), answer);
    return answer
        .future()
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(translate(failure)));
  }

  private TollgateException translate(Throwable failure) {
    if (Status.fromThrowable(failure).getCode() == Status.Code.UNAVAILABLE) {
      connections.hurry();
    }
    return TollgateException.of(failure);
  }

  private <S extends AbstractBlockingStub<S>, R> R call(S stub, Function<S, R> method) {
    try {
      return method.apply(stub.withDeadlineAfter(timeout));
    } catch (StatusRuntimeException failure) {
      throw translate(failure);
    }
  }
}
