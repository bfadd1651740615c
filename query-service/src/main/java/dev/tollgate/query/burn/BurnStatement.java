package dev.tollgate.query.burn;

import dev.tollgate.proto.query.v1.BudgetUnit;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Composes the statements that say what was used of a budget: their texts come from resources and
/// from `LedgerStatement`, and every value is a parameter.
final class BurnStatement {
  private static final Template BURN = Template.read("burn");
  private static final Template GROUPS = Template.read("burn_groups");

  /* The ledger is ordered by the time of the event, which lies no further from its check than a hold
  may be open. */
  private static final Duration CHECK_TO_EVENT_MAX = Duration.ofDays(1);

  private static final List<String> UNKNOWN =
      List.of("UNPRICED_MODEL", "UNPRICED_BUCKET", "USAGE_MISSING", "USAGE_INVALID");

  private BurnStatement() {}

  /// The groups that used most by the budget's first limit, in its window.
  static Statement groups(CountedBudget budget) {
    var window = budget.time().start();
    var parts = parts(budget, window);
    parts.put("start", window);
    var keys = LedgerStatement.groups(budget.groups());
    return parts.fill(
        GROUPS,
        Map.of(
            "columns", parts.groupColumns(budget.groups()),
            "amount", amount(Amount.of(budget.stated().getLimits(0)).unit(), parts, budget),
            "filters", parts.filters(),
            "others", others(budget, parts),
            "keys", String.join(", ", keys)));
  }

  private static String amount(BudgetUnit unit, LedgerStatement parts, CountedBudget budget) {
    var input = "r.input_tokens + r.cache_read_tokens + r.cache_write_tokens";
    var output = "r.output_tokens + r.reasoning_tokens";
    return switch (unit) {
      case BUDGET_UNIT_COST -> {
        parts.put("currency", budget.currency());
        parts.put("unknown", UNKNOWN);
        yield "sumIf(toInt128(r.quota_nanos), r.currency = {currency:String}"
            + " AND r.charge_status NOT IN {unknown:Array(String)})";
      }
      case BUDGET_UNIT_TOKENS -> "sum(toInt128(" + input + " + " + output + "))";
      case BUDGET_UNIT_INPUT_TOKENS -> "sum(toInt128(" + input + "))";
      case BUDGET_UNIT_OUTPUT_TOKENS -> "sum(toInt128(" + output + "))";
      case BUDGET_UNIT_REQUESTS, BUDGET_UNIT_UNSPECIFIED, UNRECOGNIZED -> "toInt128(count())";
    };
  }

  /// What was used by time bucket.
  ///
  /// @param groups those that are asked for, as the ledger has them; all where it is empty
  static Statement used(CountedBudget budget, List<List<String>> groups) {
    var time = budget.time();
    var parts = parts(budget, budget.scope().start());
    parts.put("window", time.start());
    parts.put("currency", budget.currency());
    parts.put("unknown", UNKNOWN);
    var values =
        IntStream.range(0, budget.groups().size())
            .mapToObj(i -> parts.value(budget.groups().get(i), i))
            .collect(Collectors.joining(", ", "[", "]"));
    return parts.fill(
        BURN,
        Map.of(
            "columns", parts.groupColumns(budget.groups()),
            "bucket", parts.bucket(buckets(time), "toUnixTimestamp(r.checked_at)"),
            "filters", parts.filters(),
            "others", others(budget, parts),
            "groups", groups.isEmpty() ? "" : "AND " + parts.isAmong(values, "among", groups),
            "keys", LedgerStatement.groupNames(budget.groups())));
  }

  /* What a lifetime had before is one more, which no day is mixed with. */
  private static TimeBuckets buckets(BurnTime time) {
    if (!time.isLifetime()) {
      return time.buckets();
    }
    var starts = new ArrayList<Instant>();
    starts.add(Instant.EPOCH);
    starts.addAll(time.buckets().starts());
    return new TimeBuckets(starts);
  }

  private static LedgerStatement parts(CountedBudget budget, Instant since) {
    var parts = new LedgerStatement(budget.scope());
    var earliest = since.minus(CHECK_TO_EVENT_MAX);
    parts.put("event_start", earliest.isBefore(Instant.EPOCH) ? Instant.EPOCH : earliest);
    return parts;
  }

  private static String others(CountedBudget budget, LedgerStatement parts) {
    var conditions = new StringBuilder();
    for (var i = 0; i < budget.others().size(); i++) {
      var other = budget.others().get(i);
      var name = "other_" + i;
      var all = parts.all(other.conditions(), name);
      parts.put(name + "_end", other.end());
      conditions
          .append("AND NOT (")
          .append(all.isEmpty() ? "" : all + " AND ")
          .append("r.checked_at < {")
          .append(name)
          .append("_end:DateTime64(3, 'UTC')})\n  ");
    }
    return conditions.toString();
  }
}
