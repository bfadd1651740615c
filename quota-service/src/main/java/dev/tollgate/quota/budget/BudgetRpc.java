package dev.tollgate.quota.budget;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceImplBase;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.CreateBudgetResponse;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetResponse;
import dev.tollgate.proto.budget.v1.GetCheckRulesRequest;
import dev.tollgate.proto.budget.v1.GetCheckRulesResponse;
import dev.tollgate.proto.budget.v1.ListBudgetsRequest;
import dev.tollgate.proto.budget.v1.ListBudgetsResponse;
import dev.tollgate.proto.budget.v1.Standing;
import dev.tollgate.proto.budget.v1.UpdateCheckRulesRequest;
import dev.tollgate.proto.budget.v1.UpdateCheckRulesResponse;
import dev.tollgate.quota.answer.Answers;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.Stand;
import dev.tollgate.time.TimeSource;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;

/// `BudgetService` on the wire. Blocks where it writes, and where it looks for a budget that
/// another instance may have written just now.
public final class BudgetRpc extends BudgetServiceImplBase {
  private static final int PAGE_MAX = 1_000;
  private static final int PAGE_DEFAULT = 100;

  private final Policies policies;
  private final Budgets budgets;
  private final CheckRulesRpc rules;
  private final Holds holds;
  private final TimeSource time;

  public BudgetRpc(Policies policies, Holds holds, TimeSource time) {
    this.policies = policies;
    this.budgets = new Budgets(policies);
    this.rules = new CheckRulesRpc(policies);
    this.holds = holds;
    this.time = time;
  }

  @Override
  public void createBudget(
      CreateBudgetRequest request, StreamObserver<CreateBudgetResponse> observer) {
    var caller = Caller.current();
    var fields = new Fields();
    var now = Instant.ofEpochMilli(time.now().toEpochMilli());
    var budget = BudgetForm.parse(fields, request.getBudget(), Origin.made(now, caller.pins()));
    fields.check();
    if (!caller.administers(budget.selector().equal())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "budget.selector: "
              + budget.selector().equal()
              + " (expected: with what the credential pins: "
              + caller.pins()
              + ")");
    }
    var created = budgets.create(caller.tenant(), budget, caller.keyId());
    observer.onNext(CreateBudgetResponse.newBuilder().setBudget(BudgetForm.print(created)).build());
    observer.onCompleted();
  }

  @Override
  public void getBudget(GetBudgetRequest request, StreamObserver<GetBudgetResponse> observer) {
    var caller = Caller.current();
    var fields = new Fields();
    var id = fields.id("budget_id", request.getBudgetId());
    fields.check();
    var budget = visible(caller, id);
    var group = group(budget, request.getGroupList());
    var now = holds.now();
    var counters =
        budget.limits().stream().map(limit -> budget.counter(limit, group, now)).toList();
    Answers.send(
        holds
            .stand(caller.tenant(), counters)
            .thenApply(stands -> response(budget, group, counters, stands)),
        observer);
  }

  private static GetBudgetResponse response(
      Budget budget, List<String> group, List<Counter> counters, List<Stand> stands) {
    var response = GetBudgetResponse.newBuilder().setBudget(BudgetForm.print(budget));
    for (int i = 0; i < counters.size(); i++) {
      response.addStandings(
          standing(budget.limits().get(i), group, counters.get(i), stands.get(i)));
    }
    return response.build();
  }

  private Budget visible(Caller caller, String id) {
    var known = policies.of(caller.tenant()).budgets().get(id);
    if (known == null) {
      policies.refresh();
      known = policies.of(caller.tenant()).budgets().get(id);
    }
    if (known == null || !caller.administers(known.selector().equal())) {
      throw Failure.of(Reason.BUDGET_UNKNOWN, "no budget " + id);
    }
    return known;
  }

  private static List<String> group(Budget budget, List<String> values) {
    var fields = new Fields();
    var size = budget.groupBy().size();
    if (values.size() != size) {
      fields.reject("group", values.size() + " values (expected: " + budget.groupBy() + ")");
    } else {
      for (int i = 0; i < size; i++) {
        fields.text("group[" + i + "]", values.get(i), 0, Fields.DIMENSION_VALUE_MAX);
      }
    }
    fields.check();
    return List.copyOf(values);
  }

  private static Standing standing(Limit limit, List<String> group, Counter counter, Stand stand) {
    var settled = limit.amountOf(stand.settled());
    var standing =
        Standing.newBuilder()
            .addAllGroup(group)
            .setLimit(LimitForm.print(limit, limit.amount()))
            .setSettled(LimitForm.print(limit, settled))
            .setHeld(LimitForm.print(limit, limit.amountOf(stand.held())))
            .setDebt(LimitForm.print(limit, Math.max(0, settled - limit.amount())));
    if (!counter.isLifetime()) {
      standing
          .setWindowStartTime(BudgetForm.timestamp(counter.startMillis()))
          .setWindowEndTime(BudgetForm.timestamp(counter.endMillis()));
    }
    return standing.build();
  }

  @Override
  public void listBudgets(
      ListBudgetsRequest request, StreamObserver<ListBudgetsResponse> observer) {
    var caller = Caller.current();
    var fields = new Fields();
    var size = (int) fields.count("page_size", request.getPageSize(), 0, PAGE_MAX);
    var after = request.getPageToken();
    if (!after.isEmpty() && after.length() > 63) {
      fields.reject("page_token", Shown.text(after) + " (expected: from the previous answer)");
    }
    fields.check();
    policies.refresh();
    var page =
        policies.of(caller.tenant()).budgets().tailMap(after, false).values().stream()
            .filter(budget -> caller.administers(budget.selector().equal()))
            .limit((size == 0 ? PAGE_DEFAULT : size) + 1L)
            .toList();
    var more = page.size() > (size == 0 ? PAGE_DEFAULT : size);
    var shown = more ? page.subList(0, page.size() - 1) : page;
    var response = ListBudgetsResponse.newBuilder();
    shown.forEach(budget -> response.addBudgets(BudgetForm.print(budget)));
    if (more) {
      response.setNextPageToken(shown.getLast().id());
    }
    observer.onNext(response.build());
    observer.onCompleted();
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
