package dev.tollgate.query.chargeback;

import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.Statement;
import dev.tollgate.proto.query.v1.StatementRow;
import dev.tollgate.proto.query.v1.StatementRowKind;
import dev.tollgate.query.answer.Sha256;
import dev.tollgate.query.answer.Wire;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.YearMonth;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// The lines of a statement as its rows on the wire, and back; and what they hash to.
final class Sheet {
  private static final String FORM = "tollgate-statement-1";

  private Sheet() {}

  /// @param owner of a line's cost centre
  static List<StatementRow> rows(SortedMap<Line, BigInteger> lines, Function<Line, String> owner) {
    return lines.entrySet().stream()
        .map(each ->
            row(each.getKey(), each.getValue()).setOwner(owner.apply(each.getKey())).build())
        .toList();
  }

  private static StatementRow.Builder row(Line line, BigInteger picos) {
    return StatementRow.newBuilder()
        .setCostCenter(line.costCenter())
        .setKind(
            switch (line.kind()) {
              case DIRECT -> StatementRowKind.STATEMENT_ROW_KIND_DIRECT;
              case ALLOCATED -> StatementRowKind.STATEMENT_ROW_KIND_ALLOCATED;
              case IDLE -> StatementRowKind.STATEMENT_ROW_KIND_IDLE;
              case UNATTRIBUTED -> StatementRowKind.STATEMENT_ROW_KIND_UNATTRIBUTED;
            })
        .setMonth(line.month().toString())
        .setCategory(line.category())
        .setAmount(Wire.money(line.currency(), picos));
  }

  /// The line of a row that was issued.
  static Line line(StatementRow row) {
    return new Line(
        row.getCostCenter(),
        switch (row.getKind()) {
          case STATEMENT_ROW_KIND_DIRECT -> Line.Kind.DIRECT;
          case STATEMENT_ROW_KIND_ALLOCATED -> Line.Kind.ALLOCATED;
          case STATEMENT_ROW_KIND_IDLE -> Line.Kind.IDLE;
          case STATEMENT_ROW_KIND_UNATTRIBUTED -> Line.Kind.UNATTRIBUTED;
          case STATEMENT_ROW_KIND_UNSPECIFIED, UNRECOGNIZED ->
              throw new IllegalArgumentException(row + " (expected: a kind)");
        },
        YearMonth.parse(row.getMonth()),
        row.getCategory(),
        row.getAmount().getCurrencyCode());
  }

  /// Its amount, in picos.
  static BigInteger picos(StatementRow row) {
    return new BigDecimal(row.getAmount().getAmount()).unscaledValue();
  }

  /// One per currency.
  static List<Money> totals(SortedMap<Line, BigInteger> lines) {
    var totals = new TreeMap<String, BigInteger>();
    lines.forEach((line, picos) -> totals.merge(line.currency(), picos, BigInteger::add));
    return totals.entrySet().stream()
        .map(each -> Wire.money(each.getKey(), each.getValue()))
        .toList();
  }

  /// As `Statement.hash` says it.
  static String hash(String tenant, Statement statement, List<StatementRow> rows) {
    var text = new StringBuilder();
    for (var head :
        List.of(
            FORM,
            tenant,
            statement.getMonth(),
            statement.getTimeZone(),
            statement.getMode().name(),
            statement.getPreviousHash())) {
      text.append(head).append('\n');
    }
    for (var row : rows) {
      var values =
          List.of(
              row.getCostCenter(),
              row.getKind().name(),
              row.getMonth(),
              row.getCategory(),
              row.getAmount().getCurrencyCode(),
              row.getAmount().getAmount());
      text.append(String.join("\t", values)).append('\n');
    }
    return Sha256.hex(text.toString());
  }
}
