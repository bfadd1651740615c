package dev.tollgate.ingest.otlp;

import dev.tollgate.proto.common.v1.AccessRule;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.common.v1.Scope;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/// What the calls that take exports have in common.
final class ExportRpc {
  /// Who may export: whoever may send usage.
  static final AccessRule ACCESS =
      AccessRule.newBuilder()
          .addRoles(Role.ROLE_CALLER)
          .addRoles(Role.ROLE_SERVICE)
          .setScope(Scope.SCOPE_TENANT)
          .build();

  private ExportRpc() {}

  /// Answers when the receipt is there, or with the failure in its place.
  static <R> void answer(
      CompletableFuture<Receipt> receipt,
      Function<Receipt, R> response,
      StreamObserver<R> observer) {
    var _ =
        receipt.whenComplete((received, failure) -> {
          if (failure == null) {
            observer.onNext(response.apply(received));
            observer.onCompleted();
          } else {
            observer.onError(
                failure instanceof CompletionException && failure.getCause() != null
                    ? failure.getCause()
                    : failure);
          }
        });
  }
}
