package dev.tollgate.quota.budget;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.budget.v1.ListUnmatchedBudgetsRequest;
import dev.tollgate.proto.budget.v1.ListUnmatchedBudgetsResponse;
import dev.tollgate.proto.budget.v1.UnmatchedBudget;
import dev.tollgate.quota.access.Page;
import dev.tollgate.quota.answer.Answers;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// `ListUnmatchedBudgets` on the wire. Blocks.
final class UnmatchedRpc {
  private static final Duration LONG = Duration.ofHours(24);

  private final Policies policies;
  private final Matches matches;
  private final Supplier<Instant> clock;

  UnmatchedRpc(Policies policies, Matches matches, Supplier<Instant> clock) {
    this.policies = policies;
    this.matches = matches;
    this.clock = clock;
  }

  void list(
      ListUnmatchedBudgetsRequest request, StreamObserver<ListUnmatchedBudgetsResponse> observer) {
    var caller = Caller.current();
    var fields = new Fields();
    var page = Page.of(fields, request.getPageSize(), request.getPageToken());
    fields.check();
    policies.refresh();
    var since = clock.get().minus(LONG);
    var old =
        policies.of(caller.tenant()).budgets().values().stream()
            .filter(budget -> !budget.origin().createTime().isAfter(since))
            .filter(budget -> caller.administers(budget.selector().equal()))
            .toList();
    Answers.send(
        matches.last(caller.tenant()).thenApply(last -> response(page, old, last, since)),
        observer);
  }

  private static ListUnmatchedBudgetsResponse response(
      Page page, List<Budget> old, Map<String, Long> last, Instant since) {
    var unmatched =
        old.stream()
            .filter(budget -> last.getOrDefault(budget.id(), 0L) <= since.toEpochMilli())
            .toList();
    var cut = page.of(unmatched, Budget::id);
    var response = ListUnmatchedBudgetsResponse.newBuilder().setNextPageToken(cut.nextToken());
    for (var budget : cut.items()) {
      var shown = UnmatchedBudget.newBuilder().setBudget(BudgetForm.print(budget));
      if (last.containsKey(budget.id())) {
        shown.setLastMatchTime(BudgetForm.timestamp(last.get(budget.id())));
      }
      response.addBudgets(shown);
    }
    return response.build();
  }
}
