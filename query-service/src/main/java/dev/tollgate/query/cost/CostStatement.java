package dev.tollgate.query.cost;

import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.util.Map;
import java.util.Optional;

/// Composes the statements that answer a `CostQuestion`. Their texts come from resources, from
/// `LedgerStatement` and from here; every value of a request is a parameter.
final class CostStatement {
  private static final Template ROLLUP = Template.read("cost_rollup");
  private static final Template RAW = Template.read("cost_raw");

  private final CostQuestion question;
  private final LedgerStatement parts;

  private CostStatement(CostQuestion question) {
    this.question = question;
    this.parts = new LedgerStatement(question.scope());
  }

  /// Up to `limit` lines, those after the given one where there is one.
  static Statement page(CostQuestion question, Optional<Position> after, int limit) {
    return new CostStatement(question).page(after, limit);
  }

  /// One line per currency.
  static Statement totals(CostQuestion question) {
    return new CostStatement(question).fill("", "", "ORDER BY currency");
  }

  private Statement page(Optional<Position> after, int limit) {
    var columns =
        parts.bucket(question.buckets(), question.source().time())
            + " AS bucket,\n  "
            + parts.groupColumns(question.groups());
    var names = LedgerStatement.groupNames(question.groups());
    parts.put("limit", limit);
    var tail =
        after.map(this::having).orElse("")
            + "ORDER BY bucket, cost DESC, "
            + names
            + "currency\nLIMIT {limit:UInt32}";
    return fill(columns, "bucket, " + names, tail);
  }

  private String having(Position after) {
    parts.put("after_bucket", after.bucket());
    parts.put("after_cost", after.cost().negate());
    parts.put("after_currency", after.currency());
    var bound = new StringBuilder();
    for (var i = 0; i < after.group().size(); i++) {
      var name = "after_" + LedgerStatement.group(i);
      parts.put(name, after.group().get(i));
      bound.append("{").append(name).append(":String}, ");
    }
    return "HAVING (bucket, -cost, "
        + LedgerStatement.groupNames(question.groups())
        + "toString(currency))\n  > ({after_bucket:UInt32}, {after_cost:Int128}, "
        + bound
        + "{after_currency:String})\n";
  }

  private Statement fill(String columns, String keys, String tail) {
    var template =
        switch (question.source()) {
          case ROLLUP -> ROLLUP;
          case EVENTS -> RAW;
        };
    return parts.fill(
        template,
        Map.of("columns", columns, "keys", keys, "filters", parts.filters(), "tail", tail));
  }
}
