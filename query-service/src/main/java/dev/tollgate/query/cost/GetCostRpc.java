package dev.tollgate.query.cost;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.page.QuestionTokens;
import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.Sum;

/// `GetCost`: reads the request, asks the ledger, writes the answer.
public final class GetCostRpc {
  private final Answering answering;
  private final CostLedger ledger;

  public GetCostRpc(Answering answering) {
    this.answering = answering;
    this.ledger = new CostLedger(answering.ledger());
  }

  public GetCostResponse answer(GetCostRequest request, Caller caller) {
    var asked = CostRequest.read(request, caller);
    return answering.answer(
        caller,
        request,
        GetCostResponse.class,
        basis -> {
          var question = asked.question();
          var scope = answering.resolved(question.scope(), question.earlier());
          question = question.within(scope);
          var bound = CostRequest.withoutPage(request, scope.conversion());
          var tokens = answering.tokens(caller, bound);
          var after = tokens.open(request.getPageToken()).map(Position::of);
          var page = CostPage.read(ledger, question, after, asked.pageSize());
          return answer(request, question, page, tokens, basis);
        });
  }

  private GetCostResponse answer(
      GetCostRequest request,
      CostQuestion question,
      CostPage page,
      QuestionTokens tokens,
      Basis.Builder asked) {
    var answer = GetCostResponse.newBuilder();
    var groups = page.lines().stream().map(CostLine::group).toList();
    var shown =
        answering.users().shown(question.scope().tenant(), question.groups(), groups).iterator();
    var rows = new CostRows(question);
    page.lines().forEach(line -> answer.addRows(rows.row(line, shown.next(), page.latency(line))));
    page.totals().forEach(line -> answer.addTotals(rows.total(line, page.latency())));
    for (var i = 0; i < question.groups().size(); i++) {
      for (var total : page.totals()) {
        var dimension = request.getGroupBy(i);
        answer.addUnattributed(rows.missing(dimension, total, page.missing(i, total.currency())));
      }
    }
    page.next().ifPresent(last -> answer.setNextPageToken(tokens.seal(last.toBytes())));
    question
        .earlier()
        .ifPresent(earlier ->
            answer
                .setPreviousStartTime(Times.timestamp(earlier.start()))
                .setPreviousEndTime(Times.timestamp(earlier.end())));
    var basis = basis(question, page, asked);
    return answer
        .setBasis(basis)
        .setSource(basis.getSource())
        .setAsOfTime(basis.getAsOfTime())
        .build();
  }

  private static Basis basis(CostQuestion question, CostPage page, Basis.Builder asked) {
    Wire.conversion(question.scope().conversion()).ifPresent(asked::setConversion);
    var readsEvents = question.asksForTimes() && !LatencyStatement.fitsHours(question);
    return Wire.basis(
        asked,
        readsEvents ? LedgerSource.EVENTS : question.source(),
        page.totals().stream().map(CostLine::currency).toList(),
        page.totals().stream().mapToLong(line -> line.sums().count(Sum.UNPRICED_EVENTS)).sum());
  }
}
