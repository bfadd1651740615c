package dev.tollgate.kernel.http;

import com.google.protobuf.ByteString;
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
import io.grpc.Channel;
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
    return List.of(new Quota(), new Access(), new Budgets(), new Pricing(), new Ingest());
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

  /* Its route checks as many quotas as its body has messages, and answers in bytes how many. */
  private static final class Ingest extends IngestServiceGrpc.IngestServiceImplBase
      implements Routed {
    @Override
    public List<OwnRoute> routes() {
      var type = CheckQuotaRequest.getDescriptor();
      return List.of(
          new OwnRoute(
              "/v1/many",
              "Checks many.",
              List.of(
                  new OwnRoute.Body("application/json", OwnRoute.Form.OBJECT_OR_ARRAY, type, "{}"),
                  new OwnRoute.Body("application/x-ndjson", OwnRoute.Form.LINES, type, "{}")),
              List.of(QuotaServiceGrpc.getCheckQuotaMethod()),
              List.of(),
              OwnRoute.Failures.OURS,
              Ingest::many));
    }

    @Override
    public List<PublicFile> files() {
      return List.of(
          new PublicFile("/page.js", "text/javascript", ByteString.copyFromUtf8("let a;")));
    }

    private static Answer many(Asked asked, Channel calls) {
      var form =
          asked.contentType().equals("application/x-ndjson")
              ? OwnRoute.Form.LINES
              : OwnRoute.Form.OBJECT_OR_ARRAY;
      var items = JsonMessages.items(form, asked.body(), CheckQuotaRequest.getDefaultInstance(), 3);
      var text = new StringBuilder();
      for (var item : items) {
        text.append(
            switch (item) {
              case JsonMessages.Item.Read<CheckQuotaRequest> read -> {
                var _ = QuotaServiceGrpc.newBlockingStub(calls).checkQuota(read.message());
                yield "+";
              }
              case JsonMessages.Item.Unread<CheckQuotaRequest> unread ->
                  "(" + unread.failure().getMessage() + ")";
            });
      }
      return Answer.text(200, "text/plain", text.toString());
    }
  }

  private final class Pricing extends PricingServiceGrpc.PricingServiceImplBase {
    @Override
    public void listPrices(ListPricesRequest request, StreamObserver<ListPricesResponse> observer) {
      answer(request, observer, ListPricesResponse.class);
    }
  }
}
