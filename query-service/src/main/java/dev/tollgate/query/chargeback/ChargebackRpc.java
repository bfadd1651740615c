package dev.tollgate.query.chargeback;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.ChargebackMode;
import dev.tollgate.proto.query.v1.ChargebackServiceGrpc.ChargebackServiceImplBase;
import dev.tollgate.proto.query.v1.GetStatementRequest;
import dev.tollgate.proto.query.v1.GetStatementResponse;
import dev.tollgate.proto.query.v1.IssueStatementsRequest;
import dev.tollgate.proto.query.v1.IssueStatementsResponse;
import dev.tollgate.proto.query.v1.ListStatementsRequest;
import dev.tollgate.proto.query.v1.ListStatementsResponse;
import dev.tollgate.proto.query.v1.Statement;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.ask.AskedFields;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.Map;

/// `ChargebackService` on the wire. Blocks.
public final class ChargebackRpc extends ChargebackServiceImplBase {
  private static final int COST_CENTER_MAX = 256;
  private static final int PAGE_SIZE = 100;

  private final Answering answering;
  private final Chargeback chargeback;

  public ChargebackRpc(Answering answering, IssuedStatements issued) {
    this.answering = answering;
    this.chargeback = new Chargeback(answering, issued);
  }

  @Override
  public void getStatement(
      GetStatementRequest request, StreamObserver<GetStatementResponse> observer) {
    observer.onNext(answer(request, unpinned()));
    observer.onCompleted();
  }

  @Override
  public void issueStatements(
      IssueStatementsRequest request, StreamObserver<IssueStatementsResponse> observer) {
    observer.onNext(answer(request, unpinned()));
    observer.onCompleted();
  }

  @Override
  public void listStatements(
      ListStatementsRequest request, StreamObserver<ListStatementsResponse> observer) {
    var asked = new AskedFields();
    var size = asked.pageSize(request.getPageSize(), PAGE_SIZE);
    asked.check();
    var caller = unpinned();
    var question = request.toBuilder().clearPageSize().clearPageToken().build();
    var tokens = answering.tokens(caller, question);
    var after =
        tokens
            .open(request.getPageToken())
            .map(position -> ByteBuffer.wrap(position).getLong())
            .orElse(0L);
    var found = chargeback.issued(caller.tenant(), after);
    var answer = ListStatementsResponse.newBuilder();
    found.stream()
        .limit(size)
        .forEach(each ->
            answer
                .addStatementsBuilder()
                .setStatement(each.getStatement())
                .addAllTotals(each.getTotalsList()));
    if (found.size() > size) {
      var last = ByteBuffer.allocate(Long.BYTES).putLong(after + size).array();
      answer.setNextPageToken(tokens.seal(last));
    }
    observer.onNext(answer.build());
    observer.onCompleted();
  }

  private GetStatementResponse answer(GetStatementRequest request, Caller caller) {
    var asked = new AskedFields();
    var month =
        MonthForm.parse(asked, request.getMonth(), request.getTimeZone(), request.getRulesList());
    asked.fields().text("cost_center", request.getCostCenter(), 0, COST_CENTER_MAX);
    asked.check();
    var head =
        Statement.newBuilder()
            .setMonth(request.getMonth())
            .setTimeZone(Chargeback.zone(month))
            .setMode(ChargebackMode.CHARGEBACK_MODE_SHOWBACK)
            .addAllRules(request.getRulesList())
            .build();
    return answering.answer(
        caller,
        request,
        GetStatementResponse.class,
        basis -> shown(request, chargeback.statement(caller.tenant(), month, head, basis)));
  }

  private static GetStatementResponse shown(
      GetStatementRequest request, GetStatementResponse statement) {
    if (!request.hasCostCenter()) {
      return statement;
    }
    var rows =
        statement.getRowsList().stream()
            .filter(row -> row.getCostCenter().equals(request.getCostCenter()))
            .toList();
    return statement.toBuilder().clearRows().addAllRows(rows).build();
  }

  private IssueStatementsResponse answer(IssueStatementsRequest request, Caller caller) {
    var asked = new AskedFields();
    var month =
        MonthForm.parse(asked, request.getMonth(), request.getTimeZone(), request.getRulesList());
    var mode = asked.fields().specified("mode", request.getMode(), request.getModeValue());
    if (mode == ChargebackMode.CHARGEBACK_MODE_SHOWBACK) {
      asked
          .fields()
          .reject("mode", mode.name(), "SOFT or HARD: GetStatement shows without issuing");
    }
    asked.check();
    return answering.answer(
        caller,
        request,
        IssueStatementsResponse.class,
        basis -> {
          var issued = chargeback.issue(caller.tenant(), month, request, caller.keyId(), basis);
          return IssueStatementsResponse.newBuilder()
              .setStatement(issued.getStatement())
              .addAllTotals(issued.getTotalsList())
              .build();
        });
  }

  private static Caller unpinned() {
    var caller = Caller.current();
    if (!caller.administers(Map.of())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "statements are of the whole tenant (expected: a credential that pins nothing; this one"
              + " pins "
              + caller.pins()
              + ")");
    }
    return caller;
  }
}
