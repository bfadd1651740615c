package dev.tollgate.query;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.proto.query.v1.QueryServiceGrpc.QueryServiceImplBase;
import dev.tollgate.query.cost.GetCostRpc;
import io.grpc.stub.StreamObserver;

/// The methods of `QueryService`, each handed to the package that answers it.
final class QueryRpc extends QueryServiceImplBase {
  private final GetCostRpc getCost;

  QueryRpc(GetCostRpc getCost) {
    this.getCost = getCost;
  }

  @Override
  public void getCost(GetCostRequest request, StreamObserver<GetCostResponse> observer) {
    observer.onNext(getCost.answer(request, Caller.current()));
    observer.onCompleted();
  }
}
