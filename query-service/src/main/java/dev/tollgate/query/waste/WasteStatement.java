package dev.tollgate.query.waste;

import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Composes the statement that answers a `WasteQuestion`: its text comes from a resource, from
/// `LedgerStatement` and `WasteSum`, and every value of a request is a parameter.
final class WasteStatement {
  private static final Template WASTE = Template.read("waste");

  /// How far outside of the range attempts of its requests are looked for.
  private static final Duration BESIDE = Duration.ofDays(1);

  private WasteStatement() {}

  /// One row per group and currency.
  static Statement of(WasteQuestion question) {
    var scope = question.scope();
    var parts = new LedgerStatement(scope);
    parts.put("seen_start", scope.start().minus(BESIDE));
    parts.put("seen_end", scope.end().plus(BESIDE));
    return parts.fill(
        WASTE,
        Map.of(
            "columns", parts.groupColumns(question.groups()),
            "measures",
                Stream.of(WasteSum.values())
                    .map(sum -> sum.text(parts))
                    .collect(Collectors.joining(",\n  ")),
            "filters", parts.filters(),
            "pins", parts.filters(question.chosen()),
            "keys", LedgerStatement.groupNames(question.groups())));
  }
}
