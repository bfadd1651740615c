package dev.tollgate.query.burn;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.query.alert.OpenAlerts;
import dev.tollgate.query.alert.OpenAlerts.Line;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.ledger.TenantLedger;
import dev.tollgate.query.quota.QuotaClient;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the budgets of all tenants, again and again, and says what begins to hold of them and
/// what is over. Any number of processes may do so side by side. Blocks.
public final class BudgetJob {
  private static final Logger LOG = LoggerFactory.getLogger(BudgetJob.class);

  /// Whoever used nothing for so long has passed nothing.
  private static final Duration ACTIVE = Duration.ofDays(2);

  private final Answering answering;
  private final QuotaClient quota;
  private final OpenAlerts open;
  private final TenantLedger tenants;
  private final BudgetLook look;

  public BudgetJob(Answering answering, QuotaClient quota, OpenAlerts open) {
    this.answering = answering;
    this.quota = quota;
    this.open = open;
    this.tenants = new TenantLedger(answering.ledger());
    this.look = new BudgetLook(new BurnLedger(answering.ledger()), open);
  }

  /// Looks at all. A tenant or a budget with which that fails is tried again the next time, and
  /// does not keep it from the others; until then what goes on of it does.
  public void run() {
    var now = answering.now();
    var lines = open.lines().stream().collect(Collectors.groupingBy(Line::tenant));
    var all =
        new TreeSet<>(tenants.active(now.truncatedTo(ChronoUnit.HOURS).minus(ACTIVE)).keySet());
    lines.forEach((tenant, its) -> {
      if (!its.stream().allMatch(Line::isEmpty)) {
        all.add(tenant);
      }
    });
    for (var tenant : all) {
      try {
        run(tenant, lines.getOrDefault(tenant, List.of()), now);
      } catch (Failure failed) {
        LOG.warn("{}: its budgets could not be looked at: {}", tenant, failed.getMessage());
      } catch (RuntimeException failed) {
        LOG.warn("{}: its budgets could not be looked at", tenant, failed);
      }
    }
  }

  private void run(String tenant, List<Line> lines, Instant now) {
    var budgets = quota.budgets(tenant);
    var byBudget = lines.stream().collect(Collectors.groupingBy(BudgetLook::budgetId));
    for (var budget : budgets) {
      var its = byBudget.remove(budget.getBudgetId());
      var known = its == null ? Map.<String, Line>of() : byId(its);
      try {
        run(tenant, budget, budgets, known, now);
      } catch (Failure failed) {
        if (failed.reason() != Reason.QUERY_TOO_LARGE) {
          throw failed;
        }
        LOG.warn(
            "{}: budget {} could not be looked at: {}",
            tenant,
            budget.getBudgetId(),
            failed.getMessage());
      }
    }
    // Of budgets that are no more.
    byBudget.values().forEach(gone -> gone.forEach(line -> end(line, now)));
  }

  private static Map<String, Line> byId(List<Line> lines) {
    return lines.stream().collect(Collectors.toMap(Line::id, line -> line));
  }

  private void run(
      String tenant, Budget stated, List<Budget> all, Map<String, Line> known, Instant now) {
    var budget = CountedBudget.of(tenant, stated, all, now).hidden(answering.users());
    if (budget.time().isShort() || budget.isOver()) {
      known.values().forEach(line -> end(line, now));
    } else {
      look.at(budget, new HashMap<>(known));
    }
  }

  private void end(Line line, Instant now) {
    open.change(line, List.<Alert>of(), line.open(), now);
  }
}
