package dev.tollgate.query.unit;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.GetUnitEconomicsRequest;
import dev.tollgate.proto.query.v1.GetUnitEconomicsResponse;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.statement.LedgerSource;

/// `GetUnitEconomics`: reads the request, asks the ledger, writes the answer.
public final class GetUnitEconomicsRpc {
  private final Answering answering;
  private final UnitLedger ledger;

  public GetUnitEconomicsRpc(Answering answering) {
    this.answering = answering;
    this.ledger = new UnitLedger(answering.ledger());
  }

  public GetUnitEconomicsResponse answer(GetUnitEconomicsRequest request, Caller caller) {
    var asked = UnitQuestion.read(request, caller);
    return answering.answer(
        caller,
        request,
        GetUnitEconomicsResponse.class,
        basis -> {
          var kinds = asked.revenueKind().stream().toList();
          var scope =
              answering.resolved(
                  asked.scope(), own -> UnitStatement.days(asked.within(own), kinds));
          var question = asked.within(scope);
          return answer(question, ledger.economics(question), basis);
        });
  }

  private GetUnitEconomicsResponse answer(
      UnitQuestion question, Economics economics, Basis.Builder asked) {
    var answer = GetUnitEconomicsResponse.newBuilder();
    var lines = economics.lines();
    var groups = lines.stream().map(UnitLine::group).toList();
    var shown =
        answering.users().shown(question.scope().tenant(), question.groups(), groups).iterator();
    var rows = new UnitRows(question, economics);
    lines.forEach(
        line -> answer.addRows(rows.row(line, economics.units(line)).addAllGroup(shown.next())));
    var totals = economics.totals();
    totals.values().forEach(total -> answer.addTotals(rows.row(total, economics.whole())));
    economics.users().forEach(line -> answer.addTopUsers(UnitRows.users(line)));
    Wire.conversion(question.scope().conversion()).ifPresent(asked::setConversion);
    var unpriced = totals.values().stream().mapToLong(UnitLine::unpriced).sum();
    return answer
        .setBasis(Wire.basis(asked, LedgerSource.EVENTS, totals.keySet(), unpriced))
        .build();
  }
}
