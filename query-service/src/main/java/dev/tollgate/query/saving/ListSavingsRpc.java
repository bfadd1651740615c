package dev.tollgate.query.saving;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.caller.Caller;
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

  public ListSavingsRpc(Answering answering, PriceBooks books) {
    this.answering = answering;
    this.ledger = new SavingLedger(answering.ledger());
    this.books = books;
  }

  public ListSavingsResponse answer(ListSavingsRequest request, Caller caller) {
    var scope = scope(request, caller);
    return answering.answer(
        caller,
        request,
        ListSavingsResponse.class,
        basis -> answer(answering.users().hidden(scope), basis));
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

  private ListSavingsResponse answer(Scope scope, Basis.Builder basis) {
    var stack = books.newest(scope.tenant());
    var search = new Search(stack, ledger.models(scope));
    ledger.each(scope, search::add);
    var range = Duration.between(scope.start(), scope.end());
    var rows =
        search.findings().stream()
            .map(finding -> finding.row(range, search.needed(finding.key().work())))
            .sorted(MOST_FIRST)
            .toList();
    Limits.checkRows(rows.size());
    var currencies = new TreeSet<String>();
    rows.forEach(row -> currencies.add(row.getSaving().getCurrencyCode()));
    return ListSavingsResponse.newBuilder()
        .addAllRows(rows)
        .setPriceBook(stack.ref())
        .setBasis(Wire.basis(basis, LedgerSource.EVENTS, currencies, search.unpriced()))
        .build();
  }
}
