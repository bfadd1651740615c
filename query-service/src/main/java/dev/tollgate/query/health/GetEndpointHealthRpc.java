package dev.tollgate.query.health;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.EndpointHealthRow;
import dev.tollgate.proto.query.v1.GetEndpointHealthRequest;
import dev.tollgate.proto.query.v1.GetEndpointHealthResponse;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.statement.LedgerSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;

/// `GetEndpointHealth`: reads the request, asks the ledger, writes the answer.
public final class GetEndpointHealthRpc {
  private static final Comparator<EndpointHealthRow> WORST_FIRST =
      Comparator.comparingDouble(EndpointHealthRow::getErrorRate)
          .thenComparingLong(EndpointHealthRow::getCalls)
          .reversed()
          .thenComparing(row -> row.getGroupList().toString())
          .thenComparing(row -> row.getCost().getCurrencyCode());

  private final Answering answering;
  private final HealthLedger ledger;

  public GetEndpointHealthRpc(Answering answering) {
    this.answering = answering;
    this.ledger = new HealthLedger(answering.ledger());
  }

  public GetEndpointHealthResponse answer(GetEndpointHealthRequest request, Caller caller) {
    var asked = HealthQuestion.read(request, caller);
    return answering.answer(
        caller,
        request,
        GetEndpointHealthResponse.class,
        basis -> {
          var question = asked.within(answering.resolved(asked.scope()));
          return answer(question, ledger.health(question), basis);
        });
  }

  private GetEndpointHealthResponse answer(
      HealthQuestion question, Health health, Basis.Builder asked) {
    var groups = health.groups().toList();
    var shown = answering.users().shown(question.scope().tenant(), question.groups(), groups);
    var names = new HashMap<List<String>, List<String>>();
    for (var i = 0; i < groups.size(); i++) {
      names.put(groups.get(i), shown.get(i));
    }
    var rows = new HealthRows(health, names);
    var sorted = groups.stream().flatMap(rows::rows).sorted(WORST_FIRST).toList();
    Limits.checkRows(sorted.size());
    var currencies = new TreeSet<String>();
    sorted.stream()
        .filter(EndpointHealthRow::hasCost)
        .forEach(row -> currencies.add(row.getCost().getCurrencyCode()));
    var unpriced = sorted.stream().mapToLong(EndpointHealthRow::getUnpricedEvents).sum();
    var answer = GetEndpointHealthResponse.newBuilder().addAllRows(sorted);
    Incident.of(health.byHour()).forEach(each -> answer.addIncidents(rows.incident(each)));
    return answer.setBasis(Wire.basis(asked, LedgerSource.EVENTS, currencies, unpriced)).build();
  }
}
