package dev.tollgate.kernel.http;

import com.google.protobuf.Message;
import dev.tollgate.proto.access.v1.AccessServiceGrpc;
import dev.tollgate.proto.access.v1.ListTenantsRequest;
import dev.tollgate.proto.access.v1.ListTenantsResponse;
import dev.tollgate.proto.access.v1.RevokeApiKeyRequest;
import dev.tollgate.proto.access.v1.RevokeApiKeyResponse;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.CreateBudgetResponse;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetResponse;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.pricing.v1.ListPricesRequest;
import dev.tollgate.proto.pricing.v1.ListPricesResponse;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.proto.quota.v1.SettleResponse;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;

/// Services that remember what they were asked and answer what they were told to.
final class FakeServices {
  final BlockingQueue<Message> asked = new LinkedBlockingQueue<>();
  volatile Supplier<Message> answer = () -> CheckQuotaResponse.getDefaultInstance();

  List<BindableService> all() {
    return List.of(
        new Quota(),
        new Access(),
        new Budgets(),
        new Pricing(),
        new IngestServiceGrpc.IngestServiceImplBase() {});
  }

  private <T extends Message> void answer(
      Message request, StreamObserver<T> observer, Class<T> type) {
    asked.add(request);
    try {
      observer.onNext(type.cast(answer.get()));
      observer.onCompleted();
    } catch (RuntimeException e) {
      observer.onError(e);
    }
  }

  private final class Quota extends QuotaServiceGrpc.QuotaServiceImplBase {
    @Override
    public void checkQuota(CheckQuotaRequest request, StreamObserver<CheckQuotaResponse> observer) {
      answer(request, observer, CheckQuotaResponse.class);
    }

    /// Never answers.
    @Override
    public void settle(SettleRequest request, StreamObserver<SettleResponse> observer) {
      asked.add(request);
    }
  }

  private final class Access extends AccessServiceGrpc.AccessServiceImplBase {
    @Override
    public void listTenants(
        ListTenantsRequest request, StreamObserver<ListTenantsResponse> observer) {
      answer(request, observer, ListTenantsResponse.class);
    }

    @Override
    public void revokeApiKey(
        RevokeApiKeyRequest request, StreamObserver<RevokeApiKeyResponse> observer) {
      answer(request, observer, RevokeApiKeyResponse.class);
    }
  }

  private final class Budgets extends BudgetServiceGrpc.BudgetServiceImplBase {
    @Override
    public void createBudget(
        CreateBudgetRequest request, StreamObserver<CreateBudgetResponse> observer) {
      answer(request, observer, CreateBudgetResponse.class);
    }

    @Override
    public void getBudget(GetBudgetRequest request, StreamObserver<GetBudgetResponse> observer) {
      answer(request, observer, GetBudgetResponse.class);
    }
  }

  private final class Pricing extends PricingServiceGrpc.PricingServiceImplBase {
    @Override
    public void listPrices(ListPricesRequest request, StreamObserver<ListPricesResponse> observer) {
      answer(request, observer, ListPricesResponse.class);
    }
  }
}
