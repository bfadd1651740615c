package dev.tollgate.client;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/// The answer to a unary call, as a future.
record OneAnswer<R>(CompletableFuture<R> future) implements StreamObserver<R> {
  OneAnswer() {
    this(new CompletableFuture<>());
  }

  @Override
  public void onNext(R answer) {
    future.complete(answer);
  }

  @Override
  public void onError(Throwable failure) {
    future.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {
    // Without an effect where there was an answer.
    future.completeExceptionally(Status.INTERNAL.asRuntimeException());
  }
}
