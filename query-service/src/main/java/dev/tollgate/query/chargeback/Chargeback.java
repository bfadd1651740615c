package dev.tollgate.query.chargeback;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.ChargebackMode;
import dev.tollgate.proto.query.v1.GetStatementResponse;
import dev.tollgate.proto.query.v1.IssueStatementsRequest;
import dev.tollgate.proto.query.v1.Statement;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.org.OrgLevel;
import dev.tollgate.query.org.OrgTree;
import dev.tollgate.query.statement.LedgerSource;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes statements and issues them. Blocks; safe for concurrent use.
final class Chargeback {
  private final Answering answering;
  private final ChargebackLedger ledger;
  private final IssuedStatements issued;

  Chargeback(Answering answering, IssuedStatements issued) {
    this.answering = answering;
    this.ledger = new ChargebackLedger(answering.ledger());
    this.issued = issued;
  }

  /// As issued, or as it would be now.
  GetStatementResponse statement(String tenant, Month month, Statement head, Basis.Builder basis) {
    return issued.of(tenant).stream()
        .filter(each -> each.getStatement().getMonth().equals(head.getMonth()))
        .findFirst()
        .orElseGet(() -> {
          var cost = cost(tenant, month);
          return sheet(tenant, month, cost, cost.lines(month.month(), month.rules()), basis)
              .setStatement(head)
              .build();
        });
  }

  /// What was issued after so many, in its order.
  List<GetStatementResponse> issued(String tenant, long after) {
    return issued.of(tenant, after);
  }

  GetStatementResponse issue(
      String tenant, Month month, IssueStatementsRequest asked, String actor, Basis.Builder basis) {
    var before = issued.of(tenant);
    for (var each : before) {
      if (each.getStatement().getMonth().equals(asked.getMonth())) {
        return again(each, asked);
      }
    }
    checkNext(before, month);
    var cost = cost(tenant, month);
    var lines = new TreeMap<>(cost.lines(month.month(), month.rules()));
    corrections(tenant, before).forEach((line, picos) -> lines.merge(line, picos, BigInteger::add));
    if (asked.getMode() == ChargebackMode.CHARGEBACK_MODE_HARD) {
      checkBorne(lines);
    }
    var sheet = sheet(tenant, month, cost, lines, basis);
    var head =
        head(month, asked)
            .setIssueTime(Times.timestamp(answering.now()))
            .setActor(actor)
            .setPreviousHash(before.isEmpty() ? "" : before.getLast().getStatement().getHash());
    head.setHash(Sheet.hash(tenant, head.build(), sheet.getRowsList()));
    var statement = sheet.setStatement(head).build();
    issued.append(tenant, before.size(), statement, actor);
    return statement;
  }

  private static Statement.Builder head(Month month, IssueStatementsRequest asked) {
    return Statement.newBuilder()
        .setMonth(asked.getMonth())
        .setTimeZone(zone(month))
        .setMode(asked.getMode())
        .addAllRules(asked.getRulesList());
  }

  /// What a month's time zone is called.
  static String zone(Month month) {
    return month.zone().getId().equals("Z") ? "UTC" : month.zone().getId();
  }

  private static GetStatementResponse again(
      GetStatementResponse before, IssueStatementsRequest asked) {
    var head = before.getStatement();
    var zone = asked.getTimeZone().isEmpty() ? "UTC" : asked.getTimeZone();
    if (head.getMode() == asked.getMode()
        && head.getTimeZone().equals(zone)
        && head.getRulesList().equals(asked.getRulesList())) {
      return before;
    }
    throw Failure.of(
        Reason.STATEMENT_EXISTS,
        asked.getMonth() + ": issued already, by another mode, time zone or other rules");
  }

  private void checkNext(List<GetStatementResponse> before, Month month) {
    if (!before.isEmpty()) {
      var last = MonthForm.of(before.getLast().getStatement());
      var next = last.month().plusMonths(1);
      if (!month.month().equals(next) || !month.zone().equals(last.zone())) {
        throw Failure.of(
            Reason.STATEMENT_OUT_OF_ORDER,
            month.month()
                + " in "
                + zone(month)
                + " (expected: "
                + next
                + " in "
                + zone(last)
                + ")");
      }
    }
    if (answering.now().isBefore(month.end())) {
      throw Failure.of(
          Reason.PERIOD_OPEN, month.month() + " (expected: a month that ended before now)");
    }
  }

  private static void checkBorne(Map<Line, BigInteger> lines) {
    lines.forEach((line, picos) -> {
      if (line.costCenter().isEmpty()) {
        throw Failure.of(
            Reason.STATEMENT_UNATTRIBUTED,
            "%s of %s %s: %s %s has no cost centre (expected: a rule for it, or a soft chargeback)"
                .formatted(
                    line.kind(),
                    line.month(),
                    line.category().isEmpty() ? "calls" : line.category(),
                    Wire.money(line.currency(), picos).getAmount(),
                    line.currency()));
      }
    });
  }

  /* What earlier months cost by now, each by its own rules, less what was issued of them. */
  private Map<Line, BigInteger> corrections(String tenant, List<GetStatementResponse> before) {
    var corrections = new TreeMap<Line, BigInteger>();
    for (var each : before) {
      var month = MonthForm.of(each.getStatement());
      cost(tenant, month)
          .lines(month.month(), month.rules())
          .forEach((line, picos) -> corrections.merge(line, picos, BigInteger::add));
      each.getRowsList()
          .forEach(row ->
              corrections.merge(Sheet.line(row), Sheet.picos(row).negate(), BigInteger::add));
    }
    corrections.values().removeIf(picos -> picos.signum() == 0);
    return corrections;
  }

  private static String owner(OrgTree tree, Month month, Line line) {
    var end = month.of(line.month()).end();
    return tree.parent(OrgLevel.COST_CENTER, line.costCenter(), end.minusMillis(1));
  }

  private MonthCost cost(String tenant, Month month) {
    return ledger.cost(answering.resolved(month.scope(tenant)));
  }

  private GetStatementResponse.Builder sheet(
      String tenant,
      Month month,
      MonthCost cost,
      SortedMap<Line, BigInteger> lines,
      Basis.Builder basis) {
    Limits.checkRows(lines.size());
    var source = LedgerSource.of(month.scope(tenant), ChargebackStatement.CALLS, TimeBuckets.NONE);
    var currencies = lines.keySet().stream().map(Line::currency).toList();
    var tree = answering.trees().newest(tenant);
    return GetStatementResponse.newBuilder()
        .addAllRows(Sheet.rows(lines, line -> owner(tree, month, line)))
        .addAllTotals(Sheet.totals(lines))
        .setBasis(Wire.basis(basis, source, currencies, cost.unpricedEvents()));
  }
}
