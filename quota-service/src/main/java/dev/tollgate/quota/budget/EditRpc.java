package dev.tollgate.quota.budget;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.budget.v1.AdjustBudgetRequest;
import dev.tollgate.proto.budget.v1.AdjustBudgetResponse;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.CreateBudgetResponse;
import dev.tollgate.proto.budget.v1.DeleteBudgetRequest;
import dev.tollgate.proto.budget.v1.DeleteBudgetResponse;
import dev.tollgate.proto.budget.v1.UpdateBudgetRequest;
import dev.tollgate.proto.budget.v1.UpdateBudgetResponse;
import dev.tollgate.time.TimeSource;
import io.grpc.stub.StreamObserver;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/// `CreateBudget`, `UpdateBudget`, `DeleteBudget` and `AdjustBudget` on the wire. Blocks.
final class EditRpc {
  private static final Pattern ETAG = Pattern.compile("[1-9][0-9]{0,17}");

  private final Budgets budgets;
  private final Binding binding;
  private final TimeSource time;

  EditRpc(Budgets budgets, Binding binding, TimeSource time) {
    this.budgets = budgets;
    this.binding = binding;
    this.time = time;
  }

  void create(CreateBudgetRequest request, StreamObserver<CreateBudgetResponse> observer) {
    var caller = Caller.current();
    var fields = new Fields();
    var budget = BudgetForm.parse(fields, request.getBudget(), made(caller));
    fields.check();
    var created = budgets.create(caller, budget);
    binding.await(caller.tenant());
    observer.onNext(CreateBudgetResponse.newBuilder().setBudget(BudgetForm.print(created)).build());
    observer.onCompleted();
  }

  void update(UpdateBudgetRequest request, StreamObserver<UpdateBudgetResponse> observer) {
    var caller = Caller.current();
    var fields = new Fields();
    var budget = BudgetForm.parse(fields, request.getBudget(), made(caller));
    var etag = etag(fields, "budget.etag", request.getBudget().getEtag(), true);
    fields.check();
    var updated = budgets.update(caller, budget, etag);
    binding.await(caller.tenant());
    observer.onNext(UpdateBudgetResponse.newBuilder().setBudget(BudgetForm.print(updated)).build());
    observer.onCompleted();
  }

  void delete(DeleteBudgetRequest request, StreamObserver<DeleteBudgetResponse> observer) {
    var fields = new Fields();
    var id = fields.id("budget_id", request.getBudgetId());
    var etag = etag(fields, "etag", request.getEtag(), false);
    fields.check();
    budgets.delete(Caller.current(), id, etag);
    binding.await(Caller.current().tenant());
    observer.onNext(DeleteBudgetResponse.getDefaultInstance());
    observer.onCompleted();
  }

  void adjust(AdjustBudgetRequest request, StreamObserver<AdjustBudgetResponse> observer) {
    var fields = new Fields();
    var id = fields.id("budget_id", request.getBudgetId());
    fields.check();
    var adjusted = budgets.adjust(Caller.current(), id, request.getAdjustment());
    binding.await(Caller.current().tenant());
    observer.onNext(
        AdjustBudgetResponse.newBuilder().setBudget(BudgetForm.print(adjusted)).build());
    observer.onCompleted();
  }

  private Origin made(Caller caller) {
    return Origin.made(time.now().truncatedTo(ChronoUnit.MILLIS), caller.pins());
  }

  /* 0 where none is given and none is needed. */
  private static long etag(Fields fields, String field, String etag, boolean required) {
    if (etag.isEmpty() && !required) {
      return 0;
    }
    if (!ETAG.matcher(etag).matches()) {
      fields.rejectText(field, etag, "the etag that was read");
      return 0;
    }
    return Long.parseLong(etag);
  }
}
