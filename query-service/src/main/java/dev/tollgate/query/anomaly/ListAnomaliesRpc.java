package dev.tollgate.query.anomaly;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.Anomaly;
import dev.tollgate.proto.query.v1.ListAnomaliesRequest;
import dev.tollgate.proto.query.v1.ListAnomaliesResponse;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.statement.LedgerSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// `ListAnomalies`: reads the request, looks up what was found, writes the answer.
public final class ListAnomaliesRpc {
  private static final int READ_AT_ONCE = 1_000;

  private final Answering answering;
  private final Anomalies anomalies;

  public ListAnomaliesRpc(Answering answering, Anomalies anomalies) {
    this.answering = answering;
    this.anomalies = anomalies;
  }

  public ListAnomaliesResponse answer(ListAnomaliesRequest request, Caller caller) {
    var question = AnomalyQuestion.read(request, caller);
    var tokens =
        answering.tokens(caller, request.toBuilder().clearPageSize().clearPageToken().build());
    var after =
        tokens
            .open(request.getPageToken())
            .map(position -> new String(position, StandardCharsets.UTF_8))
            .orElse("");
    return answering.answer(
        caller,
        request,
        ListAnomaliesResponse.class,
        basis -> {
          var found = found(question, after);
          var answer = ListAnomaliesResponse.newBuilder();
          if (found.size() > question.pageSize()) {
            found.removeLast();
            var last = found.getLast().getAnomalyId();
            answer.setNextPageToken(tokens.seal(last.getBytes(StandardCharsets.UTF_8)));
          }
          var currencies =
              found.stream().map(Anomaly::getCurrencyCode).filter(code -> !code.isEmpty()).toList();
          return answer
              .addAllAnomalies(found)
              .setBasis(Wire.basis(basis, LedgerSource.ROLLUP, currencies, 0))
              .build();
        });
  }

  /* One more than a page, where there is one. */
  private List<Anomaly> found(AnomalyQuestion question, String after) {
    var found = new ArrayList<Anomaly>();
    var scope = question.scope();
    List<Anomaly> read;
    var last = after;
    do {
      read = anomalies.list(scope.tenant(), scope.start(), scope.end(), last, READ_AT_ONCE);
      for (var each : read) {
        if (question.wants(each) && found.size() <= question.pageSize()) {
          found.add(each);
        }
        last = each.getAnomalyId();
      }
    } while (read.size() == READ_AT_ONCE && found.size() <= question.pageSize());
    return found;
  }
}
