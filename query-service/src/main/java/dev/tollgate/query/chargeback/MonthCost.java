package dev.tollgate.query.chargeback;

import java.math.BigInteger;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/// What a month cost, as the ledger has it.
///
/// @param calls by cost centre, provider and currency
/// @param paid by cost centre, category and currency
record MonthCost(List<Cost> calls, List<Cost> paid) {
  /// An amount in picos.
  ///
  /// @param of the provider of calls, or the category of cost lines
  /// @param listPicos what calls would cost without a contract
  record Cost(
      String costCenter,
      String of,
      String currency,
      BigInteger picos,
      BigInteger listPicos,
      long unpricedEvents) {}

  MonthCost {
    calls = List.copyOf(calls);
    paid = List.copyOf(paid);
  }

  long unpricedEvents() {
    return calls.stream().mapToLong(Cost::unpricedEvents).sum();
  }

  /// Who bears what by the rules. The amounts add up to the month's cost.
  SortedMap<Line, BigInteger> lines(YearMonth month, List<Rule> rules) {
    var lines = new TreeMap<Line, BigInteger>();
    var shared = new TreeMap<Line, BigInteger>();
    calls.forEach(cost -> add(lines, shared, month, "", cost));
    paid.forEach(cost -> add(lines, shared, month, cost.of(), cost));
    shared.forEach((line, picos) ->
        rule(line, rules)
            .ifPresentOrElse(
                rule -> share(lines, line, picos, rule),
                () -> lines.merge(line, picos, BigInteger::add)));
    lines.values().removeIf(picos -> picos.signum() == 0);
    return lines;
  }

  private static void add(
      SortedMap<Line, BigInteger> lines,
      SortedMap<Line, BigInteger> shared,
      YearMonth month,
      String category,
      Cost cost) {
    var isShared = cost.costCenter().isEmpty();
    var kind = isShared ? Line.Kind.UNATTRIBUTED : Line.Kind.DIRECT;
    var line = new Line(cost.costCenter(), kind, month, category, cost.currency());
    (isShared ? shared : lines).merge(line, cost.picos(), BigInteger::add);
  }

  private static Optional<Rule> rule(Line line, List<Rule> rules) {
    return rules.stream()
        .filter(rule -> rule.category().equals(line.category()))
        .filter(rule ->
            !(rule instanceof Rule.Committed committed)
                || committed.currency().equals(line.currency()))
        .findFirst();
  }

  private void share(SortedMap<Line, BigInteger> lines, Line line, BigInteger picos, Rule rule) {
    rule.share(picos, line.currency(), this)
        .forEach((costCenter, part) ->
            lines.merge(borne(line, costCenter, rule), part, BigInteger::add));
  }

  private static Line borne(Line line, String costCenter, Rule rule) {
    if (!costCenter.isEmpty()) {
      return new Line(
          costCenter, Line.Kind.ALLOCATED, line.month(), line.category(), line.currency());
    }
    return rule instanceof Rule.Committed committed
        ? new Line(
            committed.idleCostCenter(),
            Line.Kind.IDLE,
            line.month(),
            line.category(),
            line.currency())
        : line;
  }

  /// The cost centres that have a cost of their own above 0, and how much.
  SortedMap<String, BigInteger> own(String currency) {
    var own = sums(calls, currency, any -> true, Cost::picos);
    sums(paid, currency, any -> true, Cost::picos)
        .forEach((costCenter, picos) -> own.merge(costCenter, picos, BigInteger::add));
    own.values().removeIf(picos -> picos.signum() <= 0);
    return own;
  }

  /// What cost centres used of a provider, or of all where that is empty, at list cost.
  SortedMap<String, BigInteger> used(String currency, String provider) {
    var used =
        sums(
            calls,
            currency,
            cost -> provider.isEmpty() || cost.of().equals(provider),
            Cost::listPicos);
    used.values().removeIf(picos -> picos.signum() <= 0);
    return used;
  }

  private static SortedMap<String, BigInteger> sums(
      List<Cost> costs, String currency, Predicate<Cost> kept, Function<Cost, BigInteger> picos) {
    var sums = new TreeMap<String, BigInteger>();
    costs.stream()
        .filter(cost -> cost.currency().equals(currency) && !cost.costCenter().isEmpty())
        .filter(kept)
        .forEach(cost -> sums.merge(cost.costCenter(), picos.apply(cost), BigInteger::add));
    return sums;
  }
}
