package dev.tollgate.quota.fault;

import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Standing;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Money;
import java.math.BigDecimal;

/// Budgets as these tests state and read them.
final class Budgets {
  private Budgets() {}

  /// For all calls, for ever.
  static Budget.Builder lifetime(String id) {
    return Budget.newBuilder()
        .setBudgetId(id)
        .setDisplayName(id)
        .setWindow(Window.newBuilder().setLifetime(Lifetime.getDefaultInstance()));
  }

  static Limit.Builder nanos(long amount) {
    return Limit.newBuilder()
        .setCost(
            Money.newBuilder()
                .setCurrencyCode("USD")
                .setAmount(BigDecimal.valueOf(amount, 9).toPlainString()));
  }

  static Budget create(BudgetServiceBlockingStub stub, Budget.Builder budget) {
    return stub.createBudget(CreateBudgetRequest.newBuilder().setBudget(budget).build())
        .getBudget();
  }

  /// Where its first limit stands.
  static Standing standing(BudgetServiceBlockingStub stub, String id) {
    return stub.getBudget(GetBudgetRequest.newBuilder().setBudgetId(id).build()).getStandings(0);
  }

  static long nanos(Limit amount) {
    return new BigDecimal(amount.getCost().getAmount()).movePointRight(9).longValueExact();
  }
}
