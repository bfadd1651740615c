package dev.tollgate.quota.budget;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.budget.v1.BudgetChange;
import dev.tollgate.proto.budget.v1.ListBudgetChangesRequest;
import dev.tollgate.proto.budget.v1.ListBudgetChangesResponse;
import dev.tollgate.quota.access.Page;
import io.grpc.stub.StreamObserver;

/// `ListBudgetChanges` on the wire. Blocks.
final class ChangesRpc {
  private final Changes changes;

  ChangesRpc(Policies policies) {
    this.changes = new Changes(policies);
  }

  void list(ListBudgetChangesRequest request, StreamObserver<ListBudgetChangesResponse> observer) {
    var fields = new Fields();
    var id = fields.id("budget_id", request.getBudgetId());
    var page = Page.of(fields, request.getPageSize(), request.getPageToken());
    fields.check();
    var all = changes.of(Caller.current(), id);
    if (all.isEmpty()) {
      throw Failure.of(Reason.BUDGET_UNKNOWN, "no budget " + id);
    }
    var cut = page.of(all, ChangesRpc::place);
    var response = ListBudgetChangesResponse.newBuilder().setNextPageToken(cut.nextToken());
    cut.items().forEach(change -> response.addChanges(print(change)));
    observer.onNext(response.build());
    observer.onCompleted();
  }

  /* Newest first, as text. */
  private static String place(Changes.Change change) {
    return "%019d".formatted(Long.MAX_VALUE - change.entry().version());
  }

  private static BudgetChange print(Changes.Change change) {
    var printed =
        BudgetChange.newBuilder()
            .setChangeTime(BudgetForm.timestamp(change.entry().writeTime().toEpochMilli()))
            .setActor(change.entry().actor())
            .setKind(change.kind())
            .addAllChangedFields(change.fields());
    change.after().ifPresent(printed::setBudget);
    return printed.build();
  }
}
