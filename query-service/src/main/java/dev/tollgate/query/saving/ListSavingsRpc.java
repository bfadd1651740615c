package dev.tollgate.query.saving;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.ListSavingsRequest;
import dev.tollgate.proto.query.v1.ListSavingsResponse;
import dev.tollgate.proto.query.v1.SavingRow;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.ask.AskedFields;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// `ListSavings`: reads the request, looks at calls, writes the answer.
public final class ListSavingsRpc {
  private static final Duration RANGE_MAX = Duration.ofDays(92);

  private static final Comparator<SavingRow> MOST_FIRST =
      Comparator.comparing((SavingRow row) -> new BigDecimal(row.getMonthlySaving().getAmount()))
          .reversed()
          .thenComparing(SavingRow::getKind)
          .thenComparing(SavingRow::getFeature)
          .thenComparing(SavingRow::getProvider)
          .thenComparing(SavingRow::getModel)
          .thenComparing(row -> row.getSaving().getCurrencyCode());

  private final Answering answering;
  private final SavingLedger ledger;
  private final PriceBooks books;
  private final Marks marks;

  public ListSavingsRpc(Answering answering, PriceBooks books, Marks marks) {
    this.answering = answering;
    this.ledger = new SavingLedger(answering.ledger());
    this.books = books;
    this.marks = marks;
  }

  public ListSavingsResponse answer(ListSavingsRequest request, Caller caller) {
    var scope = scope(request, caller);
    return answering.answer(
        caller,
        request,
        ListSavingsResponse.class,
        basis -> {
          var said = caller.pins().isEmpty() ? marks.of(caller.tenant()) : List.<Mark>of();
          return answer(answering.users().hidden(scope), said, basis);
        });
  }

  private static SavingRow.Builder marked(SavingRow.Builder row, Finding finding, List<Mark> said) {
    var key = new Mark.Key(finding.key().kind(), finding.key().work());
    said.stream()
        .filter(mark -> mark.key().equals(key))
        .forEach(mark -> row.setState(mark.state()).setMarkedTime(Times.timestamp(mark.time())));
    return row;
  }

  private static Scope scope(ListSavingsRequest request, Caller caller) {
    var asked = new AskedFields();
    var start = asked.time("start_time", request.hasStartTime(), request.getStartTime());
    var end = asked.time("end_time", request.hasEndTime(), request.getEndTime());
    var scope = asked.scope(caller, start, end, request.getFiltersList());
    if (Duration.between(start, end).compareTo(RANGE_MAX) > 0) {
      asked.fields().reject("end_time", end.toString(), "at most 92 days after start_time");
    }
    asked.check();
    return scope;
  }

  private ListSavingsResponse answer(Scope scope, List<Mark> said, Basis.Builder basis) {
    var stack = books.newest(scope.tenant());
    var search = new Search(stack, ledger.models(scope));
    ledger.each(scope, search::add);
    var range = Duration.between(scope.start(), scope.end());
    var rows =
        search.findings().stream()
            .map(finding ->
                marked(finding.row(range, search.needed(finding.key().work())), finding, said))
            .map(SavingRow.Builder::build)
            .sorted(MOST_FIRST)
            .toList();
    Limits.checkRows(rows.size());
    var currencies = new TreeSet<String>();
    rows.forEach(row -> currencies.add(row.getSaving().getCurrencyCode()));
    return ListSavingsResponse.newBuilder()
        .addAllRows(rows)
        .setPriceBook(stack.ref())
        .addAllMarks(new Balance(ledger).of(scope.tenant(), said, answering.now()))
        .setBasis(Wire.basis(basis, LedgerSource.EVENTS, currencies, search.unpriced()))
        .build();
  }
}
