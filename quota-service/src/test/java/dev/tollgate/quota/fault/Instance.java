package dev.tollgate.quota.fault;

import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc.QuotaServiceBlockingStub;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc.SettlementServiceBlockingStub;
import dev.tollgate.quota.TestQuota;

/// A running quota-service as callers see it.
interface Instance {
  QuotaServiceBlockingStub quota(String tenant);

  BudgetServiceBlockingStub budgets(String tenant);

  SettlementServiceBlockingStub settlements(String tenant);

  /// One in this process.
  record Here(TestQuota service) implements Instance {
    @Override
    public QuotaServiceBlockingStub quota(String tenant) {
      return service.quota(tenant);
    }

    @Override
    public BudgetServiceBlockingStub budgets(String tenant) {
      return service.budgets(tenant);
    }

    @Override
    public SettlementServiceBlockingStub settlements(String tenant) {
      return service.settlements(tenant);
    }
  }
}
