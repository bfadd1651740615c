package dev.tollgate.query.org;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.query.v1.GetOrgTreeRequest;
import dev.tollgate.proto.query.v1.GetOrgTreeResponse;
import dev.tollgate.proto.query.v1.OrgServiceGrpc.OrgServiceImplBase;
import dev.tollgate.proto.query.v1.PutOrgTreeRequest;
import dev.tollgate.proto.query.v1.PutOrgTreeResponse;
import io.grpc.stub.StreamObserver;
import java.util.Map;

/// `OrgService` on the wire. Blocks.
public final class OrgRpc extends OrgServiceImplBase {
  private final OrgTrees trees;

  public OrgRpc(OrgTrees trees) {
    this.trees = trees;
  }

  @Override
  public void putOrgTree(PutOrgTreeRequest request, StreamObserver<PutOrgTreeResponse> observer) {
    var fields = new Fields();
    if (!request.hasTree()) {
      fields.reject("tree", "missing", "the whole tree");
    }
    var wanted = OrgTreeForm.parse(fields, request.getTree());
    fields.check();
    var caller = unpinned();
    var written = trees.put(caller.tenant(), wanted, caller.keyId());
    observer.onNext(PutOrgTreeResponse.newBuilder().setTree(OrgTreeForm.print(written)).build());
    observer.onCompleted();
  }

  @Override
  public void getOrgTree(GetOrgTreeRequest request, StreamObserver<GetOrgTreeResponse> observer) {
    var fields = new Fields();
    var version = fields.count("version", request.getVersion(), 0, OrgTreeForm.VERSION_MAX);
    fields.check();
    var tenant = unpinned().tenant();
    var tree = version == 0 ? trees.newest(tenant) : trees.version(tenant, version);
    observer.onNext(GetOrgTreeResponse.newBuilder().setTree(OrgTreeForm.print(tree)).build());
    observer.onCompleted();
  }

  private static Caller unpinned() {
    var caller = Caller.current();
    if (!caller.administers(Map.of())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "tree: it is of the whole tenant (expected: a credential that pins nothing; this one pins "
              + caller.pins()
              + ")");
    }
    return caller;
  }
}
