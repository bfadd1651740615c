package dev.tollgate.quota.budget;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.budget.v1.AdjustBudgetRequest;
import dev.tollgate.proto.budget.v1.AdjustBudgetResponse;
import dev.tollgate.proto.budget.v1.BacktestBudgetsRequest;
import dev.tollgate.proto.budget.v1.BacktestBudgetsResponse;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceImplBase;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.CreateBudgetResponse;
import dev.tollgate.proto.budget.v1.CreateFreezeRequest;
import dev.tollgate.proto.budget.v1.CreateFreezeResponse;
import dev.tollgate.proto.budget.v1.DeleteBudgetRequest;
import dev.tollgate.proto.budget.v1.DeleteBudgetResponse;
import dev.tollgate.proto.budget.v1.DeleteFreezeRequest;
import dev.tollgate.proto.budget.v1.DeleteFreezeResponse;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetResponse;
import dev.tollgate.proto.budget.v1.GetCheckRulesRequest;
import dev.tollgate.proto.budget.v1.GetCheckRulesResponse;
import dev.tollgate.proto.budget.v1.ListBudgetChangesRequest;
import dev.tollgate.proto.budget.v1.ListBudgetChangesResponse;
import dev.tollgate.proto.budget.v1.ListBudgetsRequest;
import dev.tollgate.proto.budget.v1.ListBudgetsResponse;
import dev.tollgate.proto.budget.v1.ListFreezeChangesRequest;
import dev.tollgate.proto.budget.v1.ListFreezeChangesResponse;
import dev.tollgate.proto.budget.v1.ListFreezesRequest;
import dev.tollgate.proto.budget.v1.ListFreezesResponse;
import dev.tollgate.proto.budget.v1.ListUnmatchedBudgetsRequest;
import dev.tollgate.proto.budget.v1.ListUnmatchedBudgetsResponse;
import dev.tollgate.proto.budget.v1.UpdateBudgetRequest;
import dev.tollgate.proto.budget.v1.UpdateBudgetResponse;
import dev.tollgate.proto.budget.v1.UpdateCheckRulesRequest;
import dev.tollgate.proto.budget.v1.UpdateCheckRulesResponse;
import dev.tollgate.quota.access.Page;
import dev.tollgate.quota.answer.Answers;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.time.TimeSource;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/// `BudgetService` on the wire. Blocks where it writes, and where it looks for a budget that
/// another instance may have written just now.
public final class BudgetRpc extends BudgetServiceImplBase {
  private final Policies policies;
  private final Budgets budgets;
  private final EditRpc edits;
  private final ChangesRpc changes;
  private final UnmatchedRpc unmatched;
  private final FreezeRpc freezes;
  private final CheckRulesRpc rules;
  private final Backtests backtests;
  private final Holds holds;

  public BudgetRpc(
      Policies policies,
      Binding binding,
      Matches matches,
      Backtests backtests,
      Holds holds,
      TimeSource time) {
    this.policies = policies;
    this.budgets = new Budgets(policies, holds::now);
    this.edits = new EditRpc(budgets, binding, time);
    this.changes = new ChangesRpc(policies);
    this.unmatched = new UnmatchedRpc(policies, matches, holds::now);
    this.freezes = new FreezeRpc(policies, binding, holds::now);
    this.rules = new CheckRulesRpc(policies, binding);
    this.backtests = backtests;
    this.holds = holds;
  }

  @Override
  public void createBudget(
      CreateBudgetRequest request, StreamObserver<CreateBudgetResponse> observer) {
    edits.create(request, observer);
  }

  @Override
  public void updateBudget(
      UpdateBudgetRequest request, StreamObserver<UpdateBudgetResponse> observer) {
    edits.update(request, observer);
  }

  @Override
  public void deleteBudget(
      DeleteBudgetRequest request, StreamObserver<DeleteBudgetResponse> observer) {
    edits.delete(request, observer);
  }

  @Override
  public void adjustBudget(
      AdjustBudgetRequest request, StreamObserver<AdjustBudgetResponse> observer) {
    edits.adjust(request, observer);
  }

  @Override
  public void getBudget(GetBudgetRequest request, StreamObserver<GetBudgetResponse> observer) {
    var caller = Caller.current();
    var fields = new Fields();
    var id = fields.id("budget_id", request.getBudgetId());
    fields.check();
    var budget = visible(caller, id);
    var standings =
        new Standings(policies.of(caller.tenant()), budget, request.getGroupList(), holds.now());
    Answers.send(
        holds
            .stand(caller.tenant(), standings.counters())
            .thenApply(stands ->
                GetBudgetResponse.newBuilder()
                    .setBudget(BudgetForm.print(budget))
                    .addAllStandings(standings.of(stands))
                    .build()),
        observer);
  }

  /* Another instance may have written it just now. */
  private Budget visible(Caller caller, String id) {
    try {
      return budgets.visible(caller, id);
    } catch (Failure missing) {
      if (missing.reason() != Reason.BUDGET_UNKNOWN) {
        throw missing;
      }
      policies.refresh();
      return budgets.visible(caller, id);
    }
  }

  @Override
  public void listBudgets(
      ListBudgetsRequest request, StreamObserver<ListBudgetsResponse> observer) {
    var caller = Caller.current();
    var fields = new Fields();
    var page = Page.of(fields, request.getPageSize(), request.getPageToken());
    fields.check();
    policies.refresh();
    var visible =
        policies.of(caller.tenant()).budgets().values().stream()
            .filter(budget -> caller.administers(budget.selector().equal()))
            .toList();
    var cut = page.of(visible, Budget::id);
    var response = ListBudgetsResponse.newBuilder().setNextPageToken(cut.nextToken());
    cut.items().forEach(budget -> response.addBudgets(BudgetForm.print(budget)));
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void listBudgetChanges(
      ListBudgetChangesRequest request, StreamObserver<ListBudgetChangesResponse> observer) {
    changes.list(request, observer);
  }

  @Override
  public void listUnmatchedBudgets(
      ListUnmatchedBudgetsRequest request, StreamObserver<ListUnmatchedBudgetsResponse> observer) {
    unmatched.list(request, observer);
  }

  @Override
  public void createFreeze(
      CreateFreezeRequest request, StreamObserver<CreateFreezeResponse> observer) {
    freezes.create(request, observer);
  }

  @Override
  public void deleteFreeze(
      DeleteFreezeRequest request, StreamObserver<DeleteFreezeResponse> observer) {
    freezes.delete(request, observer);
  }

  @Override
  public void listFreezes(
      ListFreezesRequest request, StreamObserver<ListFreezesResponse> observer) {
    freezes.list(observer);
  }

  @Override
  public void listFreezeChanges(
      ListFreezeChangesRequest request, StreamObserver<ListFreezeChangesResponse> observer) {
    freezes.listChanges(request, observer);
  }

  @Override
  public void backtestBudgets(
      BacktestBudgetsRequest request, StreamObserver<BacktestBudgetsResponse> observer) {
    policies.refresh();
    backtests.run(request, (ServerCallStreamObserver<BacktestBudgetsResponse>) observer);
  }

  @Override
  public void getCheckRules(
      GetCheckRulesRequest request, StreamObserver<GetCheckRulesResponse> observer) {
    rules.getCheckRules(observer);
  }

  @Override
  public void updateCheckRules(
      UpdateCheckRulesRequest request, StreamObserver<UpdateCheckRulesResponse> observer) {
    rules.updateCheckRules(request, observer);
  }
}
