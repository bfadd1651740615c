package dev.tollgate.query.burn;

import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.statement.LedgerStatement;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;

/// What the ledger says about the use of budgets. Blocks; safe for concurrent use.
final class BurnLedger {
  private final Ledger ledger;

  BurnLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /// What was used of a budget.
  ///
  /// @param groups those that used most, the largest first; the only one where the budget has none
  /// @param count how many groups used something
  record Burn(List<GroupBurn> groups, long count) {
    Burn {
      groups = List.copyOf(groups);
    }
  }

  private record Ranked(List<String> group, long count) {}

  /// @throws Failure QUERY_TOO_LARGE where the ledger has too much of it
  Burn burn(CountedBudget budget) {
    if (budget.groups().isEmpty()) {
      return new Burn(List.of(burn(budget, List.of())), 1);
    }
    var ranked =
        ledger.read(
            BurnStatement.groups(budget),
            row -> new Ranked(LedgerStatement.group(row, budget.groups()), row.integer("groups")));
    if (ranked.isEmpty()) {
      return new Burn(List.of(), 0);
    }
    return new Burn(
        used(budget, ranked.stream().map(Ranked::group).toList()), ranked.getFirst().count());
  }

  /// What one group used; all where the budget has none.
  GroupBurn burn(CountedBudget budget, List<String> group) {
    var groups = budget.groups().isEmpty() ? List.<List<String>>of() : List.of(group);
    return new GroupBurn(
        group, used(budget, groups).stream().flatMap(each -> each.parts().stream()).toList());
  }

  /// How much a group used in the budget's window of what each limit limits.
  record Passed(List<String> group, List<Amounts> amounts) {
    Passed {
      group = List.copyOf(group);
      amounts = List.copyOf(amounts);
    }
  }

  /// How much in all, and how much of it before the end of a month's 20th day.
  record Amounts(BigInteger used, BigInteger early) {}

  /// The groups that used so much of any limit, those that used most of the first one first.
  ///
  /// @param least of each limit
  List<Passed> passed(CountedBudget budget, List<BigInteger> least, int most) {
    return ledger.read(
        BurnStatement.passed(budget, least, most),
        row ->
            new Passed(
                LedgerStatement.group(row, budget.groups()),
                IntStream.range(0, least.size())
                    .mapToObj(i ->
                        new Amounts(row.bigInteger("amount_" + i), row.bigInteger("early_" + i)))
                    .toList()));
  }

  private List<GroupBurn> used(CountedBudget budget, List<List<String>> groups) {
    var parts = new LinkedHashMap<List<String>, List<GroupBurn.Part>>();
    groups.forEach(group -> parts.put(group, new ArrayList<>()));
    ledger.read(
        BurnStatement.used(budget, groups),
        row ->
            parts
                .computeIfAbsent(
                    LedgerStatement.group(row, budget.groups()), group -> new ArrayList<>())
                .add(part(row)));
    return parts.entrySet().stream()
        .map(entry -> new GroupBurn(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static GroupBurn.Part part(Row row) {
    return new GroupBurn.Part(
        Instant.ofEpochSecond(row.integer("bucket")),
        row.integer("now") > 0,
        row.bigInteger("cost"),
        row.integer("unpriced"),
        row.bigInteger("input_tokens"),
        row.bigInteger("output_tokens"),
        row.integer("requests"));
  }
}
