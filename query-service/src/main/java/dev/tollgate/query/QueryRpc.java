package dev.tollgate.query;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.proto.query.v1.QueryServiceGrpc.QueryServiceImplBase;
import dev.tollgate.proto.query.v1.SearchUsageRequest;
import dev.tollgate.proto.query.v1.SearchUsageResponse;
import dev.tollgate.query.cost.GetCostRpc;
import dev.tollgate.query.search.SearchUsageRpc;
import io.grpc.stub.StreamObserver;

/// The methods of `QueryService`, each handed to the package that answers it.
final class QueryRpc extends QueryServiceImplBase {
  private final GetCostRpc getCost;
  private final SearchUsageRpc searchUsage;

  QueryRpc(GetCostRpc getCost, SearchUsageRpc searchUsage) {
    this.getCost = getCost;
    this.searchUsage = searchUsage;
  }

  @Override
  public void getCost(GetCostRequest request, StreamObserver<GetCostResponse> observer) {
    observer.onNext(getCost.answer(request, Caller.current()));
    observer.onCompleted();
  }

  @Override
  public void searchUsage(
      SearchUsageRequest request, StreamObserver<SearchUsageResponse> observer) {
    observer.onNext(searchUsage.answer(request, Caller.current()));
    observer.onCompleted();
  }
}
