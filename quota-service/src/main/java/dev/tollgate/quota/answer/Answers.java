package dev.tollgate.quota.answer;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Sends what a future brings.
public final class Answers {
  private Answers() {}

  /// Answers the call when the response is there, from the thread that completes it.
  public static <R> void send(CompletableFuture<R> response, StreamObserver<R> observer) {
    var _ =
        response.whenComplete((value, error) -> {
          if (error == null) {
            observer.onNext(value);
            observer.onCompleted();
          } else {
            observer.onError(causeOf(error));
          }
        });
  }

  private static Throwable causeOf(Throwable error) {
    var cause = error.getCause();
    return error instanceof CompletionException && cause != null ? causeOf(cause) : error;
  }
}
