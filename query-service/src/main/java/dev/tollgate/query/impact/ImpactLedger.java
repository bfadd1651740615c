package dev.tollgate.query.impact;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.ledger.Ledger;
import java.util.HashMap;
import java.util.Map;

/// What the ledger says about usage before and after a deployment. Blocks; safe for concurrent use.
final class ImpactLedger {
  private final Ledger ledger;

  ImpactLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  Sides sides(Compared compared) {
    var sides = new HashMap<Boolean, Side>();
    ledger
        .read(ImpactStatement.requests(compared), row -> Map.entry(isAfter(row), Side.read(row)))
        .forEach(each -> sides.put(each.getKey(), each.getValue()));
    ledger
        .read(ImpactStatement.times(compared), row -> Map.entry(isAfter(row), Pace.read(row)))
        // A side may have calls and no request: what was tried again began on the other one.
        .forEach(each ->
            sides.put(
                each.getKey(), sides.getOrDefault(each.getKey(), Side.NONE).with(each.getValue())));
    return new Sides(sides.getOrDefault(false, Side.NONE), sides.getOrDefault(true, Side.NONE));
  }

  private static boolean isAfter(Row row) {
    return row.integer("after") > 0;
  }
}
