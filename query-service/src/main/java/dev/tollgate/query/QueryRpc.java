package dev.tollgate.query;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.http.PublicFile;
import dev.tollgate.kernel.http.Routed;
import dev.tollgate.proto.query.v1.ExportFocusRequest;
import dev.tollgate.proto.query.v1.ExportFocusResponse;
import dev.tollgate.proto.query.v1.GetCostPerOutcomeRequest;
import dev.tollgate.proto.query.v1.GetCostPerOutcomeResponse;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.proto.query.v1.GetDeploymentImpactRequest;
import dev.tollgate.proto.query.v1.GetDeploymentImpactResponse;
import dev.tollgate.proto.query.v1.GetEndpointHealthRequest;
import dev.tollgate.proto.query.v1.GetEndpointHealthResponse;
import dev.tollgate.proto.query.v1.GetRetryWasteRequest;
import dev.tollgate.proto.query.v1.GetRetryWasteResponse;
import dev.tollgate.proto.query.v1.GetRoiRequest;
import dev.tollgate.proto.query.v1.GetRoiResponse;
import dev.tollgate.proto.query.v1.GetUnitEconomicsRequest;
import dev.tollgate.proto.query.v1.GetUnitEconomicsResponse;
import dev.tollgate.proto.query.v1.QueryServiceGrpc.QueryServiceImplBase;
import dev.tollgate.proto.query.v1.SearchUsageRequest;
import dev.tollgate.proto.query.v1.SearchUsageResponse;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.GetCostRpc;
import dev.tollgate.query.dashboard.Dashboard;
import dev.tollgate.query.focus.ExportFocusRpc;
import dev.tollgate.query.health.GetEndpointHealthRpc;
import dev.tollgate.query.impact.GetDeploymentImpactRpc;
import dev.tollgate.query.outcome.GetCostPerOutcomeRpc;
import dev.tollgate.query.search.SearchUsageRpc;
import dev.tollgate.query.unit.GetRoiRpc;
import dev.tollgate.query.unit.GetUnitEconomicsRpc;
import dev.tollgate.query.waste.GetRetryWasteRpc;
import io.grpc.stub.StreamObserver;
import java.util.List;

/// The methods of `QueryService`, each handed to the package that answers it, and the dashboard.
final class QueryRpc extends QueryServiceImplBase implements Routed {
  private final ExportFocusRpc exportFocus;
  private final GetCostRpc getCost;
  private final GetCostPerOutcomeRpc getCostPerOutcome;
  private final GetDeploymentImpactRpc getDeploymentImpact;
  private final GetEndpointHealthRpc getEndpointHealth;
  private final GetRoiRpc getRoi;
  private final GetRetryWasteRpc getRetryWaste;
  private final GetUnitEconomicsRpc getUnitEconomics;
  private final SearchUsageRpc searchUsage;

  QueryRpc(Answering answering) {
    this.exportFocus = new ExportFocusRpc(answering);
    this.getCost = new GetCostRpc(answering);
    this.getCostPerOutcome = new GetCostPerOutcomeRpc(answering);
    this.getDeploymentImpact = new GetDeploymentImpactRpc(answering);
    this.getEndpointHealth = new GetEndpointHealthRpc(answering);
    this.getRoi = new GetRoiRpc(answering);
    this.getRetryWaste = new GetRetryWasteRpc(answering);
    this.getUnitEconomics = new GetUnitEconomicsRpc(answering);
    this.searchUsage = new SearchUsageRpc(answering);
  }

  @Override
  public List<PublicFile> files() {
    return Dashboard.files();
  }

  @Override
  public void exportFocus(
      ExportFocusRequest request, StreamObserver<ExportFocusResponse> observer) {
    observer.onNext(exportFocus.answer(request, Caller.current()));
    observer.onCompleted();
  }

  @Override
  public void getCost(GetCostRequest request, StreamObserver<GetCostResponse> observer) {
    observer.onNext(getCost.answer(request, Caller.current()));
    observer.onCompleted();
  }

  @Override
  public void getCostPerOutcome(
      GetCostPerOutcomeRequest request, StreamObserver<GetCostPerOutcomeResponse> observer) {
    observer.onNext(getCostPerOutcome.answer(request, Caller.current()));
    observer.onCompleted();
  }

  @Override
  public void getRetryWaste(
      GetRetryWasteRequest request, StreamObserver<GetRetryWasteResponse> observer) {
    observer.onNext(getRetryWaste.answer(request, Caller.current()));
    observer.onCompleted();
  }

  @Override
  public void getUnitEconomics(
      GetUnitEconomicsRequest request, StreamObserver<GetUnitEconomicsResponse> observer) {
    observer.onNext(getUnitEconomics.answer(request, Caller.current()));
    observer.onCompleted();
  }

  @Override
  public void getDeploymentImpact(
      GetDeploymentImpactRequest request, StreamObserver<GetDeploymentImpactResponse> observer) {
    observer.onNext(getDeploymentImpact.answer(request, Caller.current()));
    observer.onCompleted();
  }

  @Override
  public void getEndpointHealth(
      GetEndpointHealthRequest request, StreamObserver<GetEndpointHealthResponse> observer) {
    observer.onNext(getEndpointHealth.answer(request, Caller.current()));
    observer.onCompleted();
  }

  @Override
  public void getRoi(GetRoiRequest request, StreamObserver<GetRoiResponse> observer) {
    observer.onNext(getRoi.answer(request, Caller.current()));
    observer.onCompleted();
  }

  @Override
  public void searchUsage(
      SearchUsageRequest request, StreamObserver<SearchUsageResponse> observer) {
    observer.onNext(searchUsage.answer(request, Caller.current()));
    observer.onCompleted();
  }
}
