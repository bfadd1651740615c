package dev.tollgate.query.compare;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.CompareModelsRequest;
import dev.tollgate.proto.query.v1.CompareModelsResponse;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.statement.LedgerSource;

/// `CompareModels`: reads the request, asks the ledger and the price books, writes the answer.
public final class CompareModelsRpc {
  private final Answering answering;
  private final CompareLedger ledger;
  private final PriceBooks books;

  public CompareModelsRpc(Answering answering, PriceBooks books) {
    this.answering = answering;
    this.ledger = new CompareLedger(answering.ledger());
    this.books = books;
  }

  public CompareModelsResponse answer(CompareModelsRequest request, Caller caller) {
    var question = CompareQuestion.read(request, caller);
    return answering.answer(
        caller,
        request,
        CompareModelsResponse.class,
        basis -> {
          var users = answering.users();
          return answer(
              question.within(users.hidden(question.usage()), users.hidden(question.pinned())),
              basis);
        });
  }

  private CompareModelsResponse answer(CompareQuestion question, Basis.Builder basis) {
    var stack = books.newest(question.usage().tenant());
    var actual = new Actual();
    var comparisons =
        question.candidates().stream().map(candidate -> new Comparison(candidate, stack)).toList();
    ledger.each(
        question.usage(),
        used -> {
          actual.add(used);
          comparisons.forEach(comparison -> comparison.add(used));
        });
    var answer =
        CompareModelsResponse.newBuilder()
            .setActual(ledger.observed(question.usage()).onWire())
            .setUnpricedEvents(actual.unpriced())
            .setPriceBook(stack.ref());
    actual.costs().forEach((currency, picos) -> answer.addActualCosts(Wire.money(currency, picos)));
    for (var comparison : comparisons) {
      var scope = question.observed(comparison.candidate());
      answer.addComparisons(comparison.onWire().setObserved(ledger.observed(scope).onWire()));
    }
    var source = LedgerSource.EVENTS;
    return answer
        .setBasis(Wire.basis(basis, source, actual.costs().keySet(), actual.unpriced()))
        .build();
  }
}
