package dev.tollgate.query.unit;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerStatement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the ledger says about units. Blocks; safe for concurrent use.
public final class UnitLedger {
  private final Ledger ledger;

  public UnitLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  private record Counted(List<String> group, boolean isWhole, Units units) {
    static Counted read(UnitQuestion question, Row row) {
      return new Counted(UnitLedger.group(question, row), row.flag("whole"), Units.read(row));
    }
  }

  Economics economics(UnitQuestion question) {
    var units = new HashMap<List<String>, Units>();
    var whole = Units.NONE;
    for (var counted :
        ledger.read(UnitStatement.units(question), row -> Counted.read(question, row))) {
      if (counted.isWhole()) {
        whole = counted.units();
      }
      if (!counted.isWhole() || question.groups().isEmpty()) {
        units.put(counted.group(), counted.units());
      }
    }
    return Economics.of(lines(question), units, whole, users(question));
  }

  private List<UnitLine> lines(UnitQuestion question) {
    var lines = new ArrayList<>(costs(question));
    question.revenueKind().ifPresent(kind -> lines.addAll(revenue(question, List.of(kind))));
    return lines;
  }

  /// What all of a scope cost, calls and what is paid besides them: one line per currency, in the
  /// order of their codes.
  public List<UnitLine> totals(Scope scope) {
    var totals = new TreeMap<String, UnitLine>();
    costs(new UnitQuestion(scope, List.of(), true, Optional.empty()))
        .forEach(line -> totals.merge(line.currency(), line, UnitLine::plus));
    return List.copyOf(totals.values());
  }

  /// What groups cost: of a group and currency there may be several.
  List<UnitLine> costs(UnitQuestion question) {
    var lines = new ArrayList<UnitLine>();
    lines.addAll(
        ledger.read(
            UnitStatement.calls(question),
            row ->
                UnitLine.model(
                    group(question, row),
                    row.text("currency"),
                    row.bigInteger("cost"),
                    row.integer("unpriced_events"))));
    if (question.full()) {
      lines.addAll(
          ledger.read(
              UnitStatement.lines(question),
              row ->
                  UnitLine.other(
                      group(question, row), row.text("currency"), row.bigInteger("cost"))));
    }
    return lines;
  }

  /// What outcomes of some kinds were worth.
  List<UnitLine> revenue(UnitQuestion question, List<String> kinds) {
    return ledger.read(
        UnitStatement.revenue(question, kinds),
        row ->
            UnitLine.revenue(group(question, row), row.text("currency"), row.bigInteger("cost")));
  }

  /// How many outcomes of some kinds each group has; one without any may be missing.
  Map<List<String>, Labels> labels(UnitQuestion question, List<String> kinds) {
    var labels = new HashMap<List<String>, Labels>();
    ledger
        .read(
            UnitStatement.labels(question, kinds),
            row -> Map.entry(group(question, row), Labels.read(row)))
        .forEach(each -> labels.put(each.getKey(), each.getValue()));
    return labels;
  }

  private List<UserLine> users(UnitQuestion question) {
    return ledger.read(
        UnitStatement.users(question),
        row ->
            new UserLine(
                row.text("currency"),
                row.integer("users"),
                row.integer("top"),
                row.bigInteger("cost"),
                row.bigInteger("top_cost")));
  }

  private static List<String> group(UnitQuestion question, Row row) {
    return LedgerStatement.group(row, question.groups());
  }
}
