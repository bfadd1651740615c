package dev.tollgate.query.reconcile;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.ReconcileRequest;
import dev.tollgate.proto.query.v1.ReconcileResponse;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;

/// `Reconcile`: reads the reports, asks the ledger, writes the answer.
public final class ReconcileRpc {
  private final Answering answering;
  private final ReconcileLedger ledger;

  public ReconcileRpc(Answering answering) {
    this.answering = answering;
    this.ledger = new ReconcileLedger(answering.ledger());
  }

  public ReconcileResponse answer(ReconcileRequest request, Caller caller) {
    var asked = ReconcileQuestion.read(request, caller);
    return answering.answer(
        caller,
        request,
        ReconcileResponse.class,
        basis -> answer(asked.within(answering.users().hidden(asked.scope())), basis));
  }

  private ReconcileResponse answer(ReconcileQuestion question, Basis.Builder asked) {
    var comparison = Comparison.of(question.theirs(), ledger.ours(question.scope()));
    Limits.checkRows(comparison.lines().size());
    var ours = comparison.compared();
    return ReconcileAnswer.of(comparison)
        .setBasis(
            Wire.basis(
                asked,
                ReconcileStatement.source(question.scope()),
                ours.stream().map(Ours::currency).toList(),
                ours.stream().mapToLong(Ours::unpriced).sum()))
        .build();
  }
}
