package dev.tollgate.kernel.failure;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Failures as they go over the wire: a status, exactly one ErrorInfo, and what its kind adds.
public final class Failures {
  /// The domain of every ErrorInfo that Tollgate sends.
  public static final String DOMAIN = "tollgate.dev";

  /* Clients take 8 KiB of trailers by default, and details travel in base64. */
  private static final int VIOLATIONS_BYTES_MAX = 3_000;
  private static final int VIOLATION_FRAME_BYTES = 10;
  private static final int TEXT_BYTES_MAX = 500;
  private static final String CUT = "...";

  private Failures() {}

  /// Status and trailers in one.
  public static StatusRuntimeException exception(Failure failure) {
    var reason = failure.reason();
    var message = clip(String.valueOf(failure.getMessage()));
    var status =
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.valueOf(reason.code().name()).value())
            .setMessage(message)
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder().setReason(reason.name()).setDomain(DOMAIN).build()));
    if (!failure.violations().isEmpty()) {
      status.addDetails(Any.pack(badRequest(failure)));
    }
    failure.retryAfter().ifPresent(delay -> status.addDetails(Any.pack(retryInfo(delay))));
    switch (reason.code()) {
      case NOT_FOUND -> status.addDetails(Any.pack(resource(reason, message)));
      case FAILED_PRECONDITION -> status.addDetails(Any.pack(precondition(reason, message)));
      default -> {}
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  /// The trailers of a failure; never null.
  public static Metadata trailers(StatusRuntimeException exception) {
    var trailers = exception.getTrailers();
    return trailers == null ? new Metadata() : trailers;
  }

  private static BadRequest badRequest(Failure failure) {
    var badRequest = BadRequest.newBuilder();
    var bytes = 0;
    for (var violation : failure.violations()) {
      var field = clip(violation.field());
      var description = clip(violation.description());
      bytes += bytes(field) + bytes(description) + VIOLATION_FRAME_BYTES;
      if (bytes > VIOLATIONS_BYTES_MAX) {
        break;
      }
      badRequest.addFieldViolationsBuilder().setField(field).setDescription(description);
    }
    return badRequest.build();
  }

  private static RetryInfo retryInfo(java.time.Duration delay) {
    return RetryInfo.newBuilder()
        .setRetryDelay(
            Duration.newBuilder().setSeconds(delay.getSeconds()).setNanos(delay.getNano()))
        .build();
  }

  /* TENANT_UNKNOWN is about a `tenant`. */
  private static ResourceInfo resource(Reason reason, String message) {
    var type = reason.name().replace("_UNKNOWN", "").toLowerCase(Locale.ROOT);
    return ResourceInfo.newBuilder().setResourceType(type).setDescription(message).build();
  }

  private static PreconditionFailure precondition(Reason reason, String message) {
    var precondition = PreconditionFailure.newBuilder();
    precondition.addViolationsBuilder().setType(reason.name()).setDescription(message);
    return precondition.build();
  }

  /* Never in the middle of a character. */
  private static String clip(String text) {
    if (text.length() <= TEXT_BYTES_MAX && bytes(text) <= TEXT_BYTES_MAX) {
      return text;
    }
    var end = 0;
    var bytes = CUT.length() + bytes(text.codePointAt(0));
    while (bytes <= TEXT_BYTES_MAX) {
      end = text.offsetByCodePoints(end, 1);
      bytes += bytes(text.codePointAt(end));
    }
    return text.substring(0, end) + CUT;
  }

  private static int bytes(int character) {
    return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
