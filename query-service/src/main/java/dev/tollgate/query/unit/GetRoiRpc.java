package dev.tollgate.query.unit;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.GetRoiRequest;
import dev.tollgate.proto.query.v1.GetRoiResponse;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.statement.LedgerSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// `GetRoi`: reads the request, asks the ledger, writes the answer.
public final class GetRoiRpc {
  private static final Comparator<RoiLine> HIGHEST_FIRST =
      Comparator.comparing(RoiLine::net)
          .reversed()
          .thenComparing(line -> line.group().toString())
          .thenComparing(RoiLine::currency);

  private final Answering answering;
  private final UnitLedger ledger;

  public GetRoiRpc(Answering answering) {
    this.answering = answering;
    this.ledger = new UnitLedger(answering.ledger());
  }

  public GetRoiResponse answer(GetRoiRequest request, Caller caller) {
    var asked = RoiQuestion.read(request, caller);
    return answering.answer(
        caller,
        request,
        GetRoiResponse.class,
        basis -> {
          var units = asked.units();
          var scope =
              answering.resolved(
                  units.scope(), own -> UnitStatement.days(units.within(own), asked.kinds()));
          return answer(asked.within(scope), basis);
        });
  }

  private GetRoiResponse answer(RoiQuestion question, Basis.Builder asked) {
    var units = question.units();
    var lines = new HashMap<List<Object>, RoiLine>();
    var totals = new TreeMap<String, RoiLine>();
    parts(question)
        .forEach(part -> {
          lines.merge(List.of(part.group(), part.currency()), part, RoiLine::plus);
          totals.merge(part.currency(), part.total(), RoiLine::plus);
        });
    Limits.checkRows(lines.size());
    var labels = ledger.labels(units, question.kinds());
    var sorted = lines.values().stream().sorted(HIGHEST_FIRST).toList();
    var answer = GetRoiResponse.newBuilder();
    var groups = sorted.stream().map(RoiLine::group).toList();
    var shown = answering.users().shown(units.scope().tenant(), units.groups(), groups).iterator();
    for (var line : sorted) {
      var row = RoiRows.row(line, labels.getOrDefault(line.group(), Labels.NONE));
      answer.addRows(row.addAllGroup(shown.next()));
    }
    var all = labels.values().stream().reduce(Labels.NONE, Labels::plus);
    totals.values().forEach(total -> answer.addTotals(RoiRows.row(total, all)));
    return answer.setBasis(basis(units, totals, asked)).build();
  }

  private Stream<RoiLine> parts(RoiQuestion question) {
    return Stream.of(
            ledger.costs(question.units()).stream().map(RoiLine::of),
            ledger.revenue(question.units(), question.revenueKinds()).stream().map(RoiLine::of),
            ledger.revenue(question.units(), question.valueKinds()).stream().map(RoiLine::value))
        .flatMap(lines -> lines);
  }

  private static Basis basis(UnitQuestion units, Map<String, RoiLine> totals, Basis.Builder asked) {
    Wire.conversion(units.scope().conversion()).ifPresent(asked::setConversion);
    var unpriced = totals.values().stream().mapToLong(total -> total.unit().unpriced()).sum();
    var source = LedgerSource.of(units.scope(), units.groups(), TimeBuckets.NONE);
    return Wire.basis(asked, source, totals.keySet(), unpriced);
  }
}
