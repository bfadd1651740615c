package dev.tollgate.ingest.user;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.ledger.Users;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.ingest.v1.EraseUserRequest;
import dev.tollgate.proto.ingest.v1.EraseUserResponse;
import dev.tollgate.proto.ingest.v1.UserServiceGrpc.UserServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `UserService` on the wire. Blocks.
public final class UserRpc extends UserServiceImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(UserRpc.class);
  private static final int REASON_MAX = 256;

  private final Surrogates surrogates;
  private final Users users;

  public UserRpc(Surrogates surrogates, Users users) {
    this.surrogates = surrogates;
    this.users = users;
  }

  @Override
  public void eraseUser(EraseUserRequest request, StreamObserver<EraseUserResponse> observer) {
    var fields = new Fields();
    fields.text("user", request.getUser(), 1, Fields.DIMENSION_VALUE_MAX);
    fields.text("reason", request.getReason(), 1, REASON_MAX);
    fields.check();
    var caller = unpinned();
    var surrogate =
        surrogates.erase(caller.tenant(), request.getUser(), caller.keyId(), request.getReason());
    LOG.info("erased user {} of tenant {} for {}", surrogate, caller.tenant(), caller.keyId());
    var rows = users.rows(caller.tenant(), surrogate);
    observer.onNext(
        EraseUserResponse.newBuilder()
            .setSurrogate(surrogate)
            .setEvents(rows.events())
            .setOutcomes(rows.outcomes())
            .setDeployments(rows.deployments())
            .setCostLines(rows.costLines())
            .build());
    observer.onCompleted();
  }

  private static Caller unpinned() {
    var caller = Caller.current();
    if (!caller.administers(Map.of())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "user: a person is the whole tenant's (expected: a credential that pins nothing)");
    }
    return caller;
  }
}
