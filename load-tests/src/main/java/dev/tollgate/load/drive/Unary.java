package dev.tollgate.load.drive;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Consumer;

/// One call of a method that does nothing, over and over.
public record Unary<Q, R>(
    List<? extends Channel> connections, MethodDescriptor<Q, R> method, Q request)
    implements Operation {
  @Override
  public void begin(int lane, long intendedNanos, Tally tally) {
    call(
        connections.get(lane % connections.size()),
        method,
        request,
        tally,
        _ -> {
          tally.timed(intendedNanos);
          tally.answered();
          tally.ended(lane);
        });
  }

  /// Calls once; `answered` hears the answer.
  public static <Q, R> void call(
      Channel connection,
      MethodDescriptor<Q, R> method,
      Q request,
      Tally tally,
      Consumer<R> answered) {
    ClientCalls.asyncUnaryCall(
        connection.newCall(method, CallOptions.DEFAULT),
        request,
        new StreamObserver<>() {
          @Override
          public void onNext(R answer) {
            answered.accept(answer);
          }

          @Override
          public void onError(Throwable thrown) {
            tally.failed(thrown);
          }

          @Override
          public void onCompleted() {}
        });
  }
}
