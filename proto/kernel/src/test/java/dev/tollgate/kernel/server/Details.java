package dev.tollgate.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.tollgate.failure.Reason;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What a failed call says for itself.
record Details(com.google.rpc.Status status) {
  /// Makes a call that must fail for the reason, with exactly one ErrorInfo.
  static Details of(Reason reason, ThrowingCallable call) {
    var exception = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(exception).as("a failure").isNotNull();
    var details = new Details(Objects.requireNonNull(StatusProto.fromThrowable(exception)));
    assertThat(exception.getStatus().getCode().name()).isEqualTo(reason.code().name());
    assertThat(details.all(ErrorInfo.class))
        .as(details.status.toString())
        .containsExactly(
            ErrorInfo.newBuilder().setReason(reason.name()).setDomain("tollgate.dev").build());
    return details;
  }

  <M extends com.google.protobuf.Message> List<M> all(Class<M> type) {
    return status.getDetailsList().stream()
        .filter(detail -> detail.is(type))
        .map(detail -> unpacked(detail, type))
        .toList();
  }

  private static <M extends com.google.protobuf.Message> M unpacked(Any detail, Class<M> type) {
    try {
      return detail.unpack(type);
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
  }
}
