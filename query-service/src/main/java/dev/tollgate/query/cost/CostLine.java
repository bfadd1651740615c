package dev.tollgate.query.cost;

import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Sums;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One line of an answer: the sums of a group in a time bucket in a currency.
///
/// @param other whether it is of all groups that have no lines of their own
/// @param earlier of the time compared with
/// @param usage what was used, by bucket of usage
record CostLine(
    long bucket,
    boolean other,
    List<String> group,
    String currency,
    Sums sums,
    Sums earlier,
    Map<String, Long> usage) {
  CostLine {
    group = List.copyOf(group);
    usage = Map.copyOf(usage);
  }

  /// The sum with another line of the same currency, without bucket and group.
  CostLine plus(CostLine more) {
    var all = new HashMap<>(usage);
    more.usage.forEach(
        (bucketOfUsage, quantity) -> all.merge(bucketOfUsage, quantity, Math::addExact));
    return new CostLine(
        0, false, List.of(), currency, sums.plus(more.sums), earlier.plus(more.earlier), all);
  }

  /// Without bucket and group.
  CostLine total() {
    return new CostLine(0, false, List.of(), currency, sums, earlier, usage);
  }

  Position position() {
    return new Position(bucket, sums.get(Sum.COST), group, currency);
  }
}
