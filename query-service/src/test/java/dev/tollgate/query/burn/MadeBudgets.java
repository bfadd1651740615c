package dev.tollgate.query.burn;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.failure.Failures;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceImplBase;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetResponse;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.ListBudgetsRequest;
import dev.tollgate.proto.budget.v1.ListBudgetsResponse;
import dev.tollgate.proto.common.v1.Money;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;

/// quota-service as far as budgets go: a page is one budget, and counters say always the same.
@NullMarked
public final class MadeBudgets extends BudgetServiceImplBase {
  /// What is settled, held and in debt, of any limit.
  static final List<Long> LIVE = List.of(11L, 7L, 3L);

  public final TreeMap<String, Budget> budgets = new TreeMap<>();
  final List<GetBudgetRequest> asked = Collections.synchronizedList(new ArrayList<>());
  boolean away;
  boolean countersAway;

  @Override
  public void listBudgets(
      ListBudgetsRequest request, StreamObserver<ListBudgetsResponse> observer) {
    if (away) {
      observer.onError(Status.UNAVAILABLE.asRuntimeException());
      return;
    }
    var rest = budgets.tailMap(request.getPageToken(), false);
    var page = ListBudgetsResponse.newBuilder();
    if (!rest.isEmpty()) {
      page.addBudgets(rest.firstEntry().getValue());
      page.setNextPageToken(rest.size() > 1 ? rest.firstKey() : "");
    }
    observer.onNext(page.build());
    observer.onCompleted();
  }

  @Override
  public void getBudget(GetBudgetRequest request, StreamObserver<GetBudgetResponse> observer) {
    asked.add(request);
    if (away) {
      observer.onError(Status.UNAVAILABLE.asRuntimeException());
    } else if (countersAway) {
      observer.onError(
          Failures.exception(
              Failure.retryable(Reason.STORE_UNAVAILABLE, "away", Duration.ofSeconds(1))));
    } else {
      var answer = GetBudgetResponse.newBuilder();
      for (var limit : budgets.getOrDefault(request.getBudgetId(), none()).getLimitsList()) {
        answer
            .addStandingsBuilder()
            .setSettled(like(limit, LIVE.get(0)))
            .setHeld(like(limit, LIVE.get(1)))
            .setDebt(like(limit, LIVE.get(2)));
      }
      observer.onNext(answer.build());
      observer.onCompleted();
    }
  }

  private static Budget none() {
    return Budget.getDefaultInstance();
  }

  private static Limit like(Limit limit, long amount) {
    var like = Limit.newBuilder();
    switch (limit.getAmountCase()) {
      case COST, SPEND_RATE ->
          like.setCost(
              Money.newBuilder()
                  .setCurrencyCode(limit.getCost().getCurrencyCode())
                  .setAmount("" + amount));
      case TOKENS -> like.setTokens(amount);
      case REQUESTS -> like.setRequests(amount);
      case INPUT_TOKENS -> like.setInputTokens(amount);
      case OUTPUT_TOKENS -> like.setOutputTokens(amount);
      case AMOUNT_NOT_SET -> {}
    }
    return like.build();
  }
}
