package dev.tollgate.query.waste;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.GetRetryWasteRequest;
import dev.tollgate.proto.query.v1.GetRetryWasteResponse;
import dev.tollgate.proto.query.v1.RetryWasteRow;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.statement.LedgerSource;
import java.util.List;
import java.util.TreeMap;

/// `GetRetryWaste`: reads the request, asks the ledger, writes the answer.
public final class GetRetryWasteRpc {
  private final Answering answering;
  private final WasteLedger ledger;

  public GetRetryWasteRpc(Answering answering) {
    this.answering = answering;
    this.ledger = new WasteLedger(answering.ledger());
  }

  public GetRetryWasteResponse answer(GetRetryWasteRequest request, Caller caller) {
    var asked = WasteQuestion.read(request, caller);
    return answering.answer(
        caller,
        request,
        GetRetryWasteResponse.class,
        basis -> {
          var question = asked.within(answering.resolved(asked.scope()));
          return answer(question, ledger.lines(question), basis);
        });
  }

  private GetRetryWasteResponse answer(
      WasteQuestion question, List<WasteLine> lines, Basis.Builder asked) {
    var answer = GetRetryWasteResponse.newBuilder();
    var groups = lines.stream().map(WasteLine::group).toList();
    var shown =
        answering.users().shown(question.scope().tenant(), question.groups(), groups).iterator();
    var totals = new TreeMap<String, WasteLine>();
    for (var line : lines) {
      answer.addRows(row(line).addAllGroup(shown.next()));
      totals.merge(line.currency(), line.total(), WasteLine::plus);
    }
    totals.values().forEach(total -> answer.addTotals(row(total)));
    Wire.conversion(question.scope().conversion()).ifPresent(asked::setConversion);
    var unpriced =
        totals.values().stream().mapToLong(each -> each.count(WasteSum.UNPRICED_EVENTS)).sum();
    return answer
        .setBasis(Wire.basis(asked, LedgerSource.EVENTS, totals.keySet(), unpriced))
        .build();
  }

  private static RetryWasteRow.Builder row(WasteLine line) {
    var currency = line.currency();
    var unpriced = line.count(WasteSum.UNPRICED_EVENTS);
    var row =
        RetryWasteRow.newBuilder()
            .setWasteCost(Wire.money(currency, line.waste()))
            .setSupersededCost(Wire.money(currency, line.get(WasteSum.SUPERSEDED_COST)))
            .setFailedFinalCost(Wire.money(currency, line.get(WasteSum.FAILED_FINAL_COST)))
            .setCost(Wire.money(currency, line.get(WasteSum.COST)))
            .setErrorCost(Wire.money(currency, line.get(WasteSum.ERROR_COST)))
            .setEvents(line.count(WasteSum.EVENTS))
            .setSupersededEvents(line.count(WasteSum.SUPERSEDED_EVENTS))
            .setFailedFinals(line.count(WasteSum.FAILED_FINALS))
            .setErrors(line.count(WasteSum.ERRORS))
            .setUnpricedEvents(unpriced)
            .setLowerBound(unpriced > 0);
    if (line.get(WasteSum.COST).signum() > 0) {
      row.setWasteShare(Wire.share(line.waste(), line.get(WasteSum.COST)));
    }
    if (line.get(WasteSum.EVENTS).signum() > 0) {
      row.setRetryRate(Wire.share(line.get(WasteSum.SUPERSEDED_EVENTS), line.get(WasteSum.EVENTS)));
    }
    return row;
  }
}
