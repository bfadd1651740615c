package dev.tollgate.query.convert;

import dev.tollgate.failure.Failure;
import dev.tollgate.query.calendar.Earlier;
import dev.tollgate.query.fx.CurrencyDay;
import dev.tollgate.query.fx.FxTables;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.scope.Scope;
import java.util.ArrayList;
import java.util.Optional;

/// Finds the rates that questions need. Blocks; safe for concurrent use.
public final class Conversions {
  private final CurrencyDayLedger ledger;
  private final FxTables tables;

  public Conversions(Ledger ledger, FxTables tables) {
    this.ledger = new CurrencyDayLedger(ledger);
    this.tables = tables;
  }

  /// The scope with the rates of all that costs within it, and in the time that it is compared
  /// with; as it is where nothing is to be converted.
  ///
  /// @throws Failure FX_TABLE_UNKNOWN, FX_RATE_UNKNOWN
  public Scope resolved(Scope scope, Optional<Earlier> earlier) {
    var asked = scope.conversion();
    if (asked.isNone()) {
      return scope;
    }
    var table = tables.get(scope.tenant(), asked.tableId(), asked.version());
    var costs = new ArrayList<CurrencyDay>(ledger.days(scope));
    earlier
        .map(each -> scope.within(each.start(), each.end()))
        .map(ledger::days)
        .ifPresent(costs::addAll);
    return scope.withConversion(table.conversion(costs));
  }
}
