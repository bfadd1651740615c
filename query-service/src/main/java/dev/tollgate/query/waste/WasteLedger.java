package dev.tollgate.query.waste;

import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.statement.LedgerStatement;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;

/// What the ledger says about waste. Blocks; safe for concurrent use.
final class WasteLedger {
  private static final Comparator<WasteLine> MOST_FIRST =
      Comparator.comparing(WasteLine::waste)
          .reversed()
          .thenComparing(line -> line.group().toString())
          .thenComparing(WasteLine::currency);

  private final Ledger ledger;

  WasteLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /// One line per group and currency, the most waste first.
  ///
  /// @throws Failure QUERY_TOO_LARGE where they are too many
  List<WasteLine> lines(WasteQuestion question) {
    var lines = ledger.read(WasteStatement.of(question), row -> line(question, row));
    Limits.checkRows(lines.size());
    return lines.stream().sorted(MOST_FIRST).toList();
  }

  private static WasteLine line(WasteQuestion question, Row row) {
    var sums = new EnumMap<WasteSum, BigInteger>(WasteSum.class);
    for (var sum : WasteSum.values()) {
      sums.put(sum, row.bigInteger(sum.column()));
    }
    return new WasteLine(LedgerStatement.group(row, question.groups()), row.text("currency"), sums);
  }
}
