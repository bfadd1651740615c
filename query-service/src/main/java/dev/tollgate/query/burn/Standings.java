package dev.tollgate.query.burn;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.budget.v1.Standing;
import dev.tollgate.query.quota.QuotaClient;
import java.util.List;
import java.util.Optional;

/// What the counters say during one answer. Once quota-service is found to be away, it is not asked
/// again. Not safe for concurrent use.
final class Standings {
  private final QuotaClient quota;
  private final String tenant;
  private Optional<Reason> away = Optional.empty();

  Standings(QuotaClient quota, String tenant) {
    this.quota = quota;
    this.tenant = tenant;
  }

  /// What counters say of each limit; nothing but a failure where they can't be asked.
  record Live(List<Standing> standings, String failure) {
    Live {
      standings = List.copyOf(standings);
    }
  }

  Live of(String budgetId, List<String> group) {
    if (away.isPresent()) {
      return failed(away.get());
    }
    try {
      return new Live(quota.standings(tenant, budgetId, group), "");
    } catch (Failure failure) {
      if (failure.reason() != Reason.BUDGET_UNKNOWN) {
        away = Optional.of(failure.reason());
      }
      return failed(failure.reason());
    }
  }

  private static Live failed(Reason reason) {
    return new Live(List.of(), reason.name());
  }
}
