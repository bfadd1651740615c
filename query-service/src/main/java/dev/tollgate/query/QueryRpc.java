package dev.tollgate.query;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.http.PublicFile;
import dev.tollgate.kernel.http.Routed;
import dev.tollgate.proto.query.v1.QueryServiceGrpc;
import dev.tollgate.query.anomaly.Anomalies;
import dev.tollgate.query.anomaly.ListAnomaliesRpc;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.burn.GetBudgetBurnRpc;
import dev.tollgate.query.compare.CompareModelsRpc;
import dev.tollgate.query.cost.GetCostRpc;
import dev.tollgate.query.dashboard.Dashboard;
import dev.tollgate.query.focus.ExportFocusRpc;
import dev.tollgate.query.health.GetEndpointHealthRpc;
import dev.tollgate.query.impact.GetDeploymentImpactRpc;
import dev.tollgate.query.outcome.GetCostPerOutcomeRpc;
import dev.tollgate.query.plan.PlanWorkloadRpc;
import dev.tollgate.query.quota.QuotaClient;
import dev.tollgate.query.reconcile.ReconcileRpc;
import dev.tollgate.query.saving.ListSavingsRpc;
import dev.tollgate.query.saving.MarkSavingRpc;
import dev.tollgate.query.saving.Marks;
import dev.tollgate.query.search.SearchUsageRpc;
import dev.tollgate.query.unit.GetRoiRpc;
import dev.tollgate.query.unit.GetUnitEconomicsRpc;
import dev.tollgate.query.waste.GetRetryWasteRpc;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.util.List;
import java.util.function.BiFunction;

/// The methods of `QueryService`, each handed to the package that answers it, and the dashboard.
final class QueryRpc implements BindableService, Routed {
  private final Answering answering;
  private final PriceBooks books;
  private final QuotaClient quota;
  private final Anomalies anomalies;
  private final Marks marks;

  QueryRpc(
      Answering answering, PriceBooks books, QuotaClient quota, Anomalies anomalies, Marks marks) {
    this.answering = answering;
    this.books = books;
    this.quota = quota;
    this.anomalies = anomalies;
    this.marks = marks;
  }

  @Override
  public List<PublicFile> files() {
    return Dashboard.files();
  }

  /// Fails where a method of the contract is missing.
  @Override
  public ServerServiceDefinition bindService() {
    var service = ServerServiceDefinition.builder(QueryServiceGrpc.getServiceDescriptor());
    methods().forEach(service::addMethod);
    return service.build();
  }

  private List<ServerMethodDefinition<?, ?>> methods() {
    return List.of(
        method(
            QueryServiceGrpc.getCompareModelsMethod(),
            new CompareModelsRpc(answering, books)::answer),
        method(QueryServiceGrpc.getExportFocusMethod(), new ExportFocusRpc(answering)::answer),
        method(
            QueryServiceGrpc.getGetBudgetBurnMethod(),
            new GetBudgetBurnRpc(answering, quota)::answer),
        method(QueryServiceGrpc.getGetCostMethod(), new GetCostRpc(answering)::answer),
        method(
            QueryServiceGrpc.getGetCostPerOutcomeMethod(),
            new GetCostPerOutcomeRpc(answering)::answer),
        method(
            QueryServiceGrpc.getGetDeploymentImpactMethod(),
            new GetDeploymentImpactRpc(answering)::answer),
        method(
            QueryServiceGrpc.getGetEndpointHealthMethod(),
            new GetEndpointHealthRpc(answering)::answer),
        method(QueryServiceGrpc.getGetRetryWasteMethod(), new GetRetryWasteRpc(answering)::answer),
        method(QueryServiceGrpc.getGetRoiMethod(), new GetRoiRpc(answering)::answer),
        method(
            QueryServiceGrpc.getGetUnitEconomicsMethod(),
            new GetUnitEconomicsRpc(answering)::answer),
        method(
            QueryServiceGrpc.getListAnomaliesMethod(),
            new ListAnomaliesRpc(answering, anomalies)::answer),
        method(
            QueryServiceGrpc.getListSavingsMethod(),
            new ListSavingsRpc(answering, books, marks)::answer),
        method(
            QueryServiceGrpc.getMarkSavingMethod(),
            new MarkSavingRpc(marks, answering::now)::answer),
        method(
            QueryServiceGrpc.getPlanWorkloadMethod(),
            new PlanWorkloadRpc(books, answering::now)::answer),
        method(QueryServiceGrpc.getReconcileMethod(), new ReconcileRpc(answering)::answer),
        method(QueryServiceGrpc.getSearchUsageMethod(), new SearchUsageRpc(answering)::answer));
  }

  private static <Q, R> ServerMethodDefinition<Q, R> method(
      MethodDescriptor<Q, R> method, BiFunction<Q, Caller, R> answer) {
    ServerCallHandler<Q, R> handler =
        ServerCalls.asyncUnaryCall((request, observer) -> {
          observer.onNext(answer.apply(request, Caller.current()));
          observer.onCompleted();
        });
    return ServerMethodDefinition.create(method, handler);
  }
}
