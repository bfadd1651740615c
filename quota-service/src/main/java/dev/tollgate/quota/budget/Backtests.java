package dev.tollgate.quota.budget;

import dev.tollgate.proto.budget.v1.BacktestBudgetsRequest;
import dev.tollgate.proto.budget.v1.BacktestBudgetsResponse;
import io.grpc.stub.ServerCallStreamObserver;

/// What answers `BacktestBudgets`. Blocks until the call is over.
@FunctionalInterface
public interface Backtests {
  void run(
      BacktestBudgetsRequest request, ServerCallStreamObserver<BacktestBudgetsResponse> observer);
}
