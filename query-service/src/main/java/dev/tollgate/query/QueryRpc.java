package dev.tollgate.query;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.http.PublicFile;
import dev.tollgate.kernel.http.Routed;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.proto.query.v1.QueryServiceGrpc.QueryServiceImplBase;
import dev.tollgate.proto.query.v1.SearchUsageRequest;
import dev.tollgate.proto.query.v1.SearchUsageResponse;
import dev.tollgate.query.cost.GetCostRpc;
import dev.tollgate.query.dashboard.Dashboard;
import dev.tollgate.query.search.SearchUsageRpc;
import io.grpc.stub.StreamObserver;
import java.util.List;

/// The methods of `QueryService`, each handed to the package that answers it, and the dashboard.
final class QueryRpc extends QueryServiceImplBase implements Routed {
  private final GetCostRpc getCost;
  private final SearchUsageRpc searchUsage;

  QueryRpc(GetCostRpc getCost, SearchUsageRpc searchUsage) {
    this.getCost = getCost;
    this.searchUsage = searchUsage;
  }

  @Override
  public List<PublicFile> files() {
    return Dashboard.files();
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
