package dev.tollgate.ingest;

import com.google.rpc.ErrorInfo;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// What a server said when it ended a call.
final class Failures {
  private Failures() {}

  /// The reason in the one ErrorInfo of a call that failed.
  static String reason(CompletableFuture<?> call) throws Exception {
    try {
      call.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      var status = StatusProto.fromThrowable(failure.getCause());
      if (status == null || status.getDetailsList().isEmpty()) {
        throw new AssertionError("a status without details", failure);
      }
      return status.getDetails(0).unpack(ErrorInfo.class).getReason();
    }
    throw new AssertionError("the call succeeded");
  }
}
