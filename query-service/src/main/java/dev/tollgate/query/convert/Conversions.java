package dev.tollgate.query.convert;

import dev.tollgate.failure.Failure;
import dev.tollgate.query.calendar.Earlier;
import dev.tollgate.query.fx.Conversion;
import dev.tollgate.query.fx.FxTables;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

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
    return resolved(
        scope,
        own ->
            Stream.concat(
                    Stream.of(own),
                    earlier.stream().map(each -> own.within(each.start(), each.end())))
                .map(CurrencyDayStatement::of)
                .toList());
  }

  /// As above, of all that these statements find, each of which has a row per currency and day.
  ///
  /// @param days of the scope with each amount in its own currency
  /// @throws Failure FX_TABLE_UNKNOWN, FX_RATE_UNKNOWN
  public Scope resolved(Scope scope, Function<Scope, List<Statement>> days) {
    var asked = scope.conversion();
    if (asked.isNone()) {
      return scope;
    }
    var table = tables.get(scope.tenant(), asked.tableId(), asked.version());
    var amounts =
        days.apply(scope.withConversion(Conversion.NONE)).stream()
            .flatMap(each -> ledger.days(each).stream())
            .toList();
    return scope.withConversion(table.conversion(amounts));
  }
}
