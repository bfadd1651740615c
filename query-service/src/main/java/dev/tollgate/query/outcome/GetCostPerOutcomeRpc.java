package dev.tollgate.query.outcome;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.CohortState;
import dev.tollgate.proto.query.v1.GetCostPerOutcomeRequest;
import dev.tollgate.proto.query.v1.GetCostPerOutcomeResponse;
import dev.tollgate.proto.query.v1.OutcomeCostRow;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Sum;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;

/// `GetCostPerOutcome`: reads the request, asks the ledger, writes the answer.
public final class GetCostPerOutcomeRpc {
  private final Answering answering;
  private final OutcomeLedger ledger;

  public GetCostPerOutcomeRpc(Answering answering) {
    this.answering = answering;
    this.ledger = new OutcomeLedger(answering.ledger());
  }

  public GetCostPerOutcomeResponse answer(GetCostPerOutcomeRequest request, Caller caller) {
    var now = answering.now();
    var asked = OutcomeRequest.read(request, caller, now);
    return answering.answer(
        caller,
        request,
        GetCostPerOutcomeResponse.class,
        basis -> {
          var unresolved = asked.question();
          var question =
              unresolved.within(
                  answering.resolvedEver(unresolved.scope(), own -> days(unresolved.within(own))));
          var cohort = ledger.cohort(question);
          var asOf = question.asOf().orElse(now);
          var end = question.scope().end();
          var last = cohort.last().filter(end::isBefore).orElse(end);
          return answer(question, cohort, basis, asOf, last.plus(asked.settleWindow()));
        });
  }

  private static List<Statement> days(OutcomeQuestion question) {
    return List.of(OutcomeStatement.days(question), UnattributedStatement.days(question));
  }

  private GetCostPerOutcomeResponse answer(
      OutcomeQuestion question,
      Cohort cohort,
      Basis.Builder asked,
      Instant asOf,
      Instant settleTime) {
    var answer =
        GetCostPerOutcomeResponse.newBuilder()
            .setAsOfTime(Times.timestamp(asOf))
            .setSettleTime(Times.timestamp(settleTime))
            .setState(
                asOf.isBefore(settleTime)
                    ? CohortState.COHORT_STATE_PROVISIONAL
                    : CohortState.COHORT_STATE_SETTLED);
    var groups = cohort.lines().stream().map(OutcomeLine::group).toList();
    var shown =
        answering.users().shown(question.scope().tenant(), question.groups(), groups).iterator();
    cohort.lines().forEach(line -> answer.addRows(row(line).addAllGroup(shown.next())));
    cohort.totals().forEach(line -> answer.addTotals(row(line)));
    Wire.conversion(question.scope().conversion()).ifPresent(asked::setConversion);
    var basis =
        Wire.basis(
            asked,
            question.source(),
            cohort.totals().stream().map(OutcomeLine::currency).toList(),
            cohort.totals().stream().mapToLong(OutcomeLine::unpricedEvents).sum());
    return answer.setBasis(basis).build();
  }

  static OutcomeCostRow.Builder row(OutcomeLine line) {
    var currency = line.currency();
    var labels = line.labels();
    var cost = line.attributed().get(Sum.COST);
    var row =
        OutcomeCostRow.newBuilder()
            .setTotalCost(Wire.money(currency, line.totalCost()))
            .setAttributedCost(Wire.money(currency, cost))
            .setLabelledCost(Wire.money(currency, line.labelledCost()))
            .setUnattributedCost(Wire.money(currency, line.unattributed().get(Sum.COST)))
            .setReferences(labels.references())
            .setLabelledReferences(labels.labelled())
            .setSuccesses(labels.successes())
            .setFailures(labels.failures())
            .setEvents(line.attributed().count(Sum.EVENTS))
            .setRetries(line.attributed().count(Sum.RETRIES))
            .setErrors(line.attributed().count(Sum.ERRORS))
            .setUnattributedEvents(line.unattributed().count(Sum.EVENTS))
            .setUnpricedEvents(line.unpricedEvents())
            .setLowerBound(line.unpricedEvents() > 0);
    if (labels.references() > 0) {
      row.setLabelCoverage(
          Wire.share(
              BigInteger.valueOf(labels.labelled()), BigInteger.valueOf(labels.references())));
    }
    if (labels.successes() > 0) {
      row.setCostPerSuccess(Wire.per(currency, cost, BigInteger.valueOf(labels.successes())));
    }
    return row;
  }
}
