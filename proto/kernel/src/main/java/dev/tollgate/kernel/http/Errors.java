package dev.tollgate.kernel.http;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.ErrorDetailsProto;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.failure.Failures;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.LinkedHashMap;
import java.util.Map;

/// Failures as HTTP says them: a status code, and the body `{"code", "status", "reason", "message",
/// "details"}`.
final class Errors {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .usingTypeRegistry(
              TypeRegistry.newBuilder()
                  .add(ErrorDetailsProto.getDescriptor().getMessageTypes())
                  .build())
          .omittingInsignificantWhitespace();

  private Errors() {}

  /// What the log explains and the caller can't help.
  static Answer bug() {
    return of(Failure.of(Reason.BUG, "A defect of Tollgate; its log has the cause."));
  }

  /// What a call over gRPC failed with.
  static Answer of(StatusRuntimeException e) {
    var status = details(e);
    if (status.getDetailsList().stream().noneMatch(detail -> detail.is(ErrorInfo.class))) {
      // gRPC itself ended the call on this side of the wire: no server wrote details.
      var message = status.getMessage().isEmpty() ? "The call failed." : status.getMessage();
      return of(Failure.of(reason(e.getStatus().getCode()), message));
    }
    return of(http(e.getStatus().getCode()), status, Map.of());
  }

  static Answer of(Failure failure) {
    var http = http(Status.Code.valueOf(failure.reason().code().name()));
    return of(failure.reason() == Reason.REQUEST_TOO_LARGE ? 413 : http, failure, Map.of());
  }

  /// A failure for which HTTP has a code of its own.
  static Answer of(int http, Failure failure, Map<String, String> headers) {
    return of(http, details(Failures.exception(failure)), headers);
  }

  private static Answer of(int http, com.google.rpc.Status status, Map<String, String> headers) {
    var reason = "";
    var all = new LinkedHashMap<>(headers);
    var details = Json.array();
    for (var detail : status.getDetailsList()) {
      details.add(Json.own(print(detail)));
      if (detail.is(ErrorInfo.class)) {
        reason = unpack(detail, ErrorInfo.class).getReason();
      } else if (detail.is(RetryInfo.class)) {
        var delay = unpack(detail, RetryInfo.class).getRetryDelay();
        var roundedUp = delay.getSeconds() + (delay.getNanos() > 0 ? 1 : 0);
        all.put("retry-after", Long.toString(Math.max(1, roundedUp)));
      }
    }
    var code = Status.fromCodeValue(status.getCode()).getCode();
    if (http == 401) {
      all.put("www-authenticate", "Bearer");
    }
    var body =
        Json.object()
            .put("code", http)
            .put("status", code.name())
            .put("reason", reason)
            .put("message", status.getMessage())
            .set("details", details);
    return Answer.json(http, body.toString(), all);
  }

  private static int http(Status.Code code) {
    return switch (code) {
      case OK -> 200;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case CANCELLED -> 499;
      case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
    };
  }

  private static Reason reason(Status.Code code) {
    return switch (code) {
      case DEADLINE_EXCEEDED -> Reason.DEADLINE_EXCEEDED;
      case CANCELLED -> Reason.CANCELLED;
      case UNAVAILABLE -> Reason.STOPPING;
      case UNIMPLEMENTED -> Reason.METHOD_UNKNOWN;
      default -> Reason.BUG;
    };
  }

  private static com.google.rpc.Status details(StatusRuntimeException e) {
    return StatusProto.fromStatusAndTrailers(e.getStatus(), e.getTrailers());
  }

  private static String print(Any detail) {
    try {
      return PRINTER.print(detail);
    } catch (InvalidProtocolBufferException e) {
      // A detail of a type that is not google.rpc's: its name is all that can be said.
      return Json.object().put("@type", detail.getTypeUrl()).toString();
    }
  }

  private static <T extends com.google.protobuf.Message> T unpack(Any detail, Class<T> type) {
    try {
      return detail.unpack(type);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(detail.getTypeUrl() + " does not parse", e);
    }
  }
}
