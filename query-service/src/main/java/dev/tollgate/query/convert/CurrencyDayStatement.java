package dev.tollgate.query.convert;

import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.util.List;
import java.util.Map;

/// Composes the statement that says on which days of a scope calls had costs in which currencies.
public final class CurrencyDayStatement {
  private static final Template DAYS = Template.read("currency_days");

  private CurrencyDayStatement() {}

  /// One row per currency and day, the days counted from 1970.
  public static Statement of(Scope scope) {
    var source = LedgerSource.of(scope, List.of(), TimeBuckets.NONE);
    var parts = new LedgerStatement(scope, source.seconds());
    return parts.fill(
        DAYS,
        Map.of(
            "day", parts.day(),
            "table", source.table(),
            "range", source.range(),
            "filters", parts.filters()));
  }
}
