package dev.tollgate.query.focus;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.ExportFocusRequest;
import dev.tollgate.proto.query.v1.ExportFocusResponse;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.page.QuestionTokens;
import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.unit.UnitLedger;
import dev.tollgate.query.unit.UnitLine;
import java.util.Optional;

/// `ExportFocus`: reads the request, asks the ledger, writes the answer.
public final class ExportFocusRpc {
  private final Answering answering;
  private final FocusLedger ledger;
  private final UnitLedger totals;

  public ExportFocusRpc(Answering answering) {
    this.answering = answering;
    this.ledger = new FocusLedger(answering.ledger());
    this.totals = new UnitLedger(answering.ledger());
  }

  public ExportFocusResponse answer(ExportFocusRequest request, Caller caller) {
    var asked = FocusQuestion.read(request, caller);
    var tokens = answering.tokens(caller, FocusQuestion.withoutPage(request));
    var after = tokens.open(request.getPageToken()).map(Position::of);
    return answering.answer(
        caller,
        request,
        ExportFocusResponse.class,
        basis ->
            answer(asked.within(answering.users().hidden(asked.scope())), after, tokens, basis));
  }

  private ExportFocusResponse answer(
      FocusQuestion question,
      Optional<Position> after,
      QuestionTokens tokens,
      Basis.Builder asked) {
    var read = ledger.page(question, after, question.pageSize() + 1);
    var more = read.size() > question.pageSize();
    var page = more ? read.subList(0, question.pageSize()) : read;
    var answer = ExportFocusResponse.newBuilder();
    var groups = page.stream().map(FocusLine::group).toList();
    var shown =
        answering.users().shown(question.scope().tenant(), question.groups(), groups).iterator();
    for (var line : page) {
      var tags = FocusTags.of(question.groups(), shown.next());
      answer.addRows(
          tags.map(text -> line.row().toBuilder().setTags(text).build()).orElse(line.row()));
    }
    if (more) {
      answer.setNextPageToken(tokens.seal(page.getLast().position().toBytes()));
    }
    var sums = totals.totals(question.scope());
    sums.forEach(sum -> answer.addTotals(Wire.money(sum.currency(), sum.cost())));
    return answer
        .setBasis(
            Wire.basis(
                asked,
                LedgerSource.EVENTS,
                sums.stream().map(UnitLine::currency).toList(),
                sums.stream().mapToLong(UnitLine::unpriced).sum()))
        .build();
  }
}
