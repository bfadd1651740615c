package dev.tollgate.quota;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Why a call failed, as its caller can tell.
///
/// @param fields that are at fault; empty except for FIELD_INVALID
/// @param retryable whether the caller is told when to come back
public record Refusal(String reason, List<String> fields, boolean retryable) {
  public static Refusal of(ThrowingCallable call) {
    var thrown = Assertions.catchThrowableOfType(StatusRuntimeException.class, call);
    var status = Objects.requireNonNull(StatusProto.fromThrowable(Objects.requireNonNull(thrown)));
    var reason = "";
    var fields = new ArrayList<String>();
    var retryable = false;
    try {
      for (Any detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          reason = detail.unpack(ErrorInfo.class).getReason();
        } else if (detail.is(BadRequest.class)) {
          detail
              .unpack(BadRequest.class)
              .getFieldViolationsList()
              .forEach(violation -> fields.add(violation.getField()));
        } else if (detail.is(RetryInfo.class)) {
          retryable = true;
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    return new Refusal(reason, fields, retryable);
  }
}
