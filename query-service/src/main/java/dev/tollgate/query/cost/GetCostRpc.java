package dev.tollgate.query.cost;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import java.time.Instant;
import java.util.List;

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
    var tokens = answering.tokens(caller, CostRequest.withoutPage(request));
    var after = tokens.open(request.getPageToken()).map(Position::of);
    return answering.answer(
        caller,
        request,
        GetCostResponse.class,
        basis -> {
          var hidden = answering.users().hidden(asked.question().scope());
          var question = asked.question().within(hidden);
          var page = CostPage.read(ledger, question, after, asked.pageSize());
          var answer = GetCostResponse.newBuilder();
          var groups =
              answering
                  .users()
                  .shown(
                      caller.tenant(),
                      question.groups(),
                      page.lines().stream().map(CostLine::group).toList())
                  .iterator();
          page.lines()
              .forEach(line -> answer.addRows(row(line, groups.next(), question.bucketed())));
          page.totals().forEach(line -> answer.addTotals(row(line, List.of(), false)));
          page.next().ifPresent(last -> answer.setNextPageToken(tokens.seal(last.toBytes())));
          var made =
              Wire.basis(
                  basis,
                  question.source(),
                  page.totals().stream().map(CostLine::currency).toList(),
                  page.totals().stream().mapToLong(CostLine::unpricedEvents).sum());
          return answer
              .setBasis(made)
              .setSource(made.getSource())
              .setAsOfTime(made.getAsOfTime())
              .build();
        });
  }

  private static CostRow row(CostLine line, List<String> group, boolean bucketed) {
    var row =
        CostRow.newBuilder()
            .addAllGroup(group)
            .setCost(Wire.money(line.currency(), line.cost()))
            .setEvents(line.events())
            .setErrors(line.errors())
            .setUnpricedEvents(line.unpricedEvents())
            .setLowerBound(line.unpricedEvents() > 0)
            .setInputTokens(line.tokens().input())
            .setCacheReadTokens(line.tokens().cacheRead())
            .setCacheWriteTokens(line.tokens().cacheWrite())
            .setOutputTokens(line.tokens().output())
            .setReasoningTokens(line.tokens().reasoning());
    if (bucketed) {
      row.setStartTime(Wire.time(Instant.ofEpochSecond(line.bucket())));
    }
    return row.build();
  }
}
