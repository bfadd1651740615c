package dev.tollgate.query.outcome;

import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Sums;
import java.util.ArrayList;
import java.util.Optional;

/// What the ledger says about cohorts and what came of them. Blocks; safe for concurrent use.
final class OutcomeLedger {
  private final Ledger ledger;

  OutcomeLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /// What the cohort cost, and what came of it.
  ///
  /// @throws Failure QUERY_TOO_LARGE where it has too many lines
  Cohort cohort(OutcomeQuestion question) {
    var lines = new ArrayList<OutcomeLine>();
    lines.addAll(ledger.read(OutcomeStatement.cohort(question), OutcomeLedger::attributed));
    lines.addAll(
        ledger.read(UnattributedStatement.of(question), row -> unattributed(question, row)));
    return Cohort.of(lines);
  }

  private static OutcomeLine attributed(Row row) {
    return new OutcomeLine(
        row.list("groups"),
        row.text("currency"),
        Sums.read(row, "", OutcomeStatement.ATTRIBUTED),
        row.bigInteger("labelled_cost"),
        Sums.ZERO,
        new Labels(
            row.integer("refs"),
            row.integer("labelled_refs"),
            row.integer("successes"),
            row.integer("failures")),
        Optional.of(row.instant("last_time")));
  }

  private static OutcomeLine unattributed(OutcomeQuestion question, Row row) {
    return OutcomeLine.unattributed(
        LedgerStatement.group(row, question.groups()),
        row.text("currency"),
        Sums.read(row, "", UnattributedStatement.SUMS));
  }
}
