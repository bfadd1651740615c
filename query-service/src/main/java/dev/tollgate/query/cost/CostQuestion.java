package dev.tollgate.query.cost;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerSource;
import java.util.List;

/// What a caller wants to know about a tenant's cost, checked.
record CostQuestion(Scope scope, List<Dimension> groups, TimeBuckets buckets) {
  CostQuestion {
    groups = List.copyOf(groups);
  }

  CostQuestion within(Scope other) {
    return new CostQuestion(other, groups, buckets);
  }

  boolean bucketed() {
    return !buckets.equals(TimeBuckets.NONE);
  }

  LedgerSource source() {
    return LedgerSource.of(scope, groups, buckets);
  }
}
