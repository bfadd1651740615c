package dev.tollgate.query.focus;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.proto.query.v1.FocusRow;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.statement.LedgerStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads charges from the ledger. Blocks; safe for concurrent use.
final class FocusLedger {
  private final Ledger ledger;

  FocusLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /// Up to `limit` in the answer's order, those after the given one where there is one.
  List<FocusLine> page(FocusQuestion question, Optional<Position> after, int limit) {
    var page = new ArrayList<FocusLine>();
    if (after.isEmpty() || after.get().ofCalls()) {
      page.addAll(
          ledger.read(
              FocusStatement.usage(question, after, limit),
              row -> line(question, row, true, FocusCharge.usage(question.scope().tenant(), row))));
    }
    if (page.size() < limit) {
      page.addAll(
          ledger.read(
              FocusStatement.lines(
                  question, after.filter(each -> !each.ofCalls()), limit - page.size()),
              row -> line(question, row, false, FocusCharge.line(question.scope().tenant(), row))));
    }
    return page;
  }

  private static FocusLine line(FocusQuestion question, Row row, boolean ofCalls, FocusRow charge) {
    return new FocusLine(
        new Position(ofCalls, Instant.ofEpochSecond(row.integer("day")), row.text("key")),
        LedgerStatement.group(row, question.groups()),
        charge);
  }
}
