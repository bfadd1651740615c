package dev.tollgate.query.answer;

import dev.tollgate.kernel.caller.Caller;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;

/// Calls a method of a service in this process, without a server.
@NullMarked
public final class Asked {
  private Asked() {}

  /// What the caller is answered; throws what the method fails with.
  ///
  /// @param call passes the observer on to the method
  public static <T> T by(Caller caller, Consumer<StreamObserver<T>> call) {
    var answer = new CompletableFuture<T>();
    Context.current()
        .withValue(Caller.KEY, caller)
        .run(() ->
            call.accept(
                new StreamObserver<>() {
                  @Override
                  public void onNext(T value) {
                    answer.complete(value);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                }));
    return answer.join();
  }
}
