package dev.tollgate.query.burn;

import dev.tollgate.proto.query.v1.BudgetUnit;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Composes the statements that say what was used of a budget: their texts come from resources and
/// from `LedgerStatement`, and every value is a parameter.
final class BurnStatement {
  private static final Template BURN = Template.read("burn");
  private static final Template GROUPS = Template.read("burn_groups");
  private static final Template PASSED = Template.read("burn_passed");

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
            "amount", amount(Amount.of(budget.stated().getLimits(0)).unit(), "1", parts, budget),
            "filters", parts.filters(),
            "others", others(budget, parts),
            "keys", String.join(", ", keys)));
  }

  /// The groups that used so much of a limit in the budget's window: one row each, with the columns
  /// `amount_0`, `early_0`, `amount_1`, ... by number of the limit.
  ///
  /// @param least of each limit
  /// @param most how many groups
  static Statement passed(CountedBudget budget, List<BigInteger> least, int most) {
    var window = budget.time().start();
    var parts = parts(budget, window);
    parts.put("start", window);
    parts.put("early", budget.time().endOfDay20().orElse(window));
    parts.put("most", most);
    var amounts = new ArrayList<String>();
    var passed = new ArrayList<String>();
    for (var i = 0; i < least.size(); i++) {
      var unit = Amount.of(budget.stated().getLimits(i)).unit();
      var early = "r.checked_at < {early:DateTime64(3, 'UTC')}";
      amounts.add(amount(unit, "1", parts, budget) + " AS amount_" + i);
      amounts.add(amount(unit, early, parts, budget) + " AS early_" + i);
      parts.put("least_" + i, least.get(i));
      passed.add("amount_" + i + " >= {least_" + i + ":Int128}");
    }
    var keys = LedgerStatement.groups(budget.groups());
    return parts.fill(
        PASSED,
        Map.of(
            "columns", parts.groupColumns(budget.groups()),
            "amounts", String.join(",\n  ", amounts),
            "filters", parts.filters(),
            "others", others(budget, parts),
            "keys", keys.isEmpty() ? "" : "GROUP BY " + String.join(", ", keys),
            "passed", String.join(" OR ", passed)));
  }

  /* What calls used that meet a condition. */
  private static String amount(
      BudgetUnit unit, String when, LedgerStatement parts, CountedBudget budget) {
    var input = "r.input_tokens + r.cache_read_tokens + r.cache_write_tokens";
    var output = "r.output_tokens + r.reasoning_tokens";
    return switch (unit) {
      case BUDGET_UNIT_COST -> {
        parts.put("currency", budget.currency());
        parts.put("unknown", UNKNOWN);
        yield sum(
            "r.quota_nanos",
            "r.currency = {currency:String} AND r.charge_status NOT IN {unknown:Array(String)} AND "
                + when);
      }
      case BUDGET_UNIT_TOKENS -> sum(input + " + " + output, when);
      case BUDGET_UNIT_INPUT_TOKENS -> sum(input, when);
      case BUDGET_UNIT_OUTPUT_TOKENS -> sum(output, when);
      case BUDGET_UNIT_REQUESTS, BUDGET_UNIT_UNSPECIFIED, UNRECOGNIZED ->
          "toInt128(countIf(" + when + "))";
    };
  }

  private static String sum(String column, String when) {
    return "sumIf(toInt128(" + column + "), " + when + ")";
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
            .toList();
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
