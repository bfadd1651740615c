package dev.tollgate.quota.budget;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.budget.v1.CreateFreezeRequest;
import dev.tollgate.proto.budget.v1.CreateFreezeResponse;
import dev.tollgate.proto.budget.v1.DeleteFreezeRequest;
import dev.tollgate.proto.budget.v1.DeleteFreezeResponse;
import dev.tollgate.proto.budget.v1.FreezeChange;
import dev.tollgate.proto.budget.v1.ListFreezeChangesRequest;
import dev.tollgate.proto.budget.v1.ListFreezeChangesResponse;
import dev.tollgate.proto.budget.v1.ListFreezesResponse;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.function.Supplier;

/// `CreateFreeze`, `DeleteFreeze`, `ListFreezeChanges` and `ListFreezes` on the wire. Blocks.
final class FreezeRpc {
  private final Freezes freezes;
  private final Binding binding;
  private final Supplier<Instant> clock;

  /// @param clock by which checks tell whether a freeze has ended
  FreezeRpc(Policies policies, Binding binding, Supplier<Instant> clock) {
    this.freezes = new Freezes(policies);
    this.binding = binding;
    this.clock = clock;
  }

  void create(CreateFreezeRequest request, StreamObserver<CreateFreezeResponse> observer) {
    var caller = Caller.current();
    var now = clock.get();
    var fields = new Fields();
    var freeze = FreezeForm.parse(fields, request.getFreeze(), now, caller.keyId(), caller.pins());
    if (!freeze.isActive(now)) {
      fields.reject("freeze.expire_time", freeze.endTime().toString(), "after " + now);
    }
    fields.check();
    var created = freezes.create(caller, freeze, now);
    binding.await(caller.tenant());
    observer.onNext(CreateFreezeResponse.newBuilder().setFreeze(FreezeForm.print(created)).build());
    observer.onCompleted();
  }

  void delete(DeleteFreezeRequest request, StreamObserver<DeleteFreezeResponse> observer) {
    var fields = new Fields();
    var id = fields.id("freeze_id", request.getFreezeId());
    fields.check();
    freezes.delete(Caller.current(), id);
    binding.await(Caller.current().tenant());
    observer.onNext(DeleteFreezeResponse.getDefaultInstance());
    observer.onCompleted();
  }

  void listChanges(
      ListFreezeChangesRequest request, StreamObserver<ListFreezeChangesResponse> observer) {
    var fields = new Fields();
    var id = fields.id("freeze_id", request.getFreezeId());
    fields.check();
    var response = ListFreezeChangesResponse.newBuilder();
    freezes.changes(Caller.current(), id).forEach(each -> response.addChanges(print(each)));
    observer.onNext(response.build());
    observer.onCompleted();
  }

  private static FreezeChange print(Freezes.Change change) {
    var printed =
        FreezeChange.newBuilder()
            .setChangeTime(Timestamps.fromMillis(change.entry().writeTime().toEpochMilli()))
            .setActor(change.entry().actor());
    if (!change.isUndone()) {
      printed.setFreeze(FreezeForm.print(change.freeze()));
    }
    return printed.build();
  }

  void list(StreamObserver<ListFreezesResponse> observer) {
    var response = ListFreezesResponse.newBuilder();
    freezes
        .list(Caller.current(), clock.get())
        .forEach(freeze -> response.addFreezes(FreezeForm.print(freeze)));
    observer.onNext(response.build());
    observer.onCompleted();
  }
}
