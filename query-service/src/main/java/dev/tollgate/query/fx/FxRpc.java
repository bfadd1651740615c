package dev.tollgate.query.fx;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.query.v1.FxServiceGrpc.FxServiceImplBase;
import dev.tollgate.proto.query.v1.GetFxTableRequest;
import dev.tollgate.proto.query.v1.GetFxTableResponse;
import dev.tollgate.proto.query.v1.ListFxTablesRequest;
import dev.tollgate.proto.query.v1.ListFxTablesResponse;
import dev.tollgate.proto.query.v1.PutFxTableRequest;
import dev.tollgate.proto.query.v1.PutFxTableResponse;
import io.grpc.stub.StreamObserver;
import java.util.Map;

/// `FxService` on the wire. Blocks.
public final class FxRpc extends FxServiceImplBase {
  private final FxTables tables;

  public FxRpc(FxTables tables) {
    this.tables = tables;
  }

  @Override
  public void getFxTable(GetFxTableRequest request, StreamObserver<GetFxTableResponse> observer) {
    var fields = new Fields();
    var id = fields.id("fx_table_id", request.getFxTableId());
    var version = fields.count("version", request.getVersion(), 0, FxTableForm.VERSION_MAX);
    fields.check();
    var table = tables.get(Caller.current().tenant(), id, version);
    observer.onNext(GetFxTableResponse.newBuilder().setTable(FxTableForm.print(table)).build());
    observer.onCompleted();
  }

  @Override
  public void listFxTables(
      ListFxTablesRequest request, StreamObserver<ListFxTablesResponse> observer) {
    var response = ListFxTablesResponse.newBuilder();
    tables
        .list(Caller.current().tenant())
        .forEach(each -> response.addTables(FxTableForm.print(each).toBuilder().clearRates()));
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void putFxTable(PutFxTableRequest request, StreamObserver<PutFxTableResponse> observer) {
    var fields = new Fields();
    if (!request.hasTable()) {
      fields.reject("table", "missing", "the whole table");
    }
    var wanted = FxTableForm.parse(fields, request.getTable());
    fields.check();
    var caller = unpinned();
    var written = tables.put(caller.tenant(), wanted, caller.keyId());
    observer.onNext(PutFxTableResponse.newBuilder().setTable(FxTableForm.print(written)).build());
    observer.onCompleted();
  }

  private static Caller unpinned() {
    var caller = Caller.current();
    if (!caller.administers(Map.of())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "table: it is of the whole tenant (expected: a credential that pins nothing; this one"
              + " pins "
              + caller.pins()
              + ")");
    }
    return caller;
  }
}
