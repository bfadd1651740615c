package dev.tollgate.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.tollgate.failure.Failure.Violation;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A call that failed. Switch on `reason`, never on the message.
public final class TollgateException extends RuntimeException {
  /* RESOURCE_EXHAUSTED that time does not cure. */
  private static final Set<String> FULL_FOR_GOOD = Set.of("LIMIT_REACHED", "QUERY_TOO_LARGE");

  private final Status.Code code;
  private final String reason;
  private final transient List<Violation> violations;
  private final @Nullable Duration retryAfter;

  private TollgateException(
      Status.Code code,
      String reason,
      String message,
      List<Violation> violations,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(reason + ": " + message, cause);
    this.code = code;
    this.reason = reason;
    this.violations = violations;
    this.retryAfter = retryAfter;
  }

  /// Reads what gRPC threw or reported.
  public static TollgateException of(Throwable cause) {
    var status = Status.fromThrowable(cause);
    var details = StatusProto.fromThrowable(cause);
    var anys = details == null ? List.<Any>of() : details.getDetailsList();
    return new TollgateException(
        status.getCode(),
        find(anys, ErrorInfo.class).map(ErrorInfo::getReason).orElse(reasonOf(status.getCode())),
        Optional.ofNullable(status.getDescription()).orElse(status.getCode().name()),
        find(anys, BadRequest.class).map(TollgateException::violationsOf).orElse(List.of()),
        find(anys, RetryInfo.class).map(TollgateException::delayOf).orElse(null),
        cause);
  }

  /// A failure that happened on this side of the wire.
  static TollgateException local(Status.Code code, String reason, String message) {
    return new TollgateException(code, reason, message, List.of(), null, null);
  }

  /// A name in `tollgate.common.v1.Reason` without its prefix, possibly a later one than this
  /// client knows; or BUFFER_FULL, which only a `UsageStream` has.
  public String reason() {
    return reason;
  }

  public Status.Code code() {
    return code;
  }

  /// The malformed fields, for FIELD_INVALID.
  public List<Violation> violations() {
    return violations;
  }

  /// When to come back, where the server said so.
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /// Whether the same call may succeed later. A defect on the other side may pass too.
  public boolean retryable() {
    return switch (code) {
      case RESOURCE_EXHAUSTED -> !FULL_FOR_GOOD.contains(reason);
      case UNAVAILABLE, ABORTED, DEADLINE_EXCEEDED, CANCELLED -> true;
      case INTERNAL, UNKNOWN, DATA_LOSS -> true;
      default -> false;
    };
  }

  /// Whether the other side is at fault, so that trying for ever may be in vain.
  boolean defect() {
    return code == Status.Code.INTERNAL
        || code == Status.Code.UNKNOWN
        || code == Status.Code.DATA_LOSS;
  }

  /// For a status that did not come from Tollgate, but from gRPC or a proxy between.
  private static String reasonOf(Status.Code code) {
    return switch (code) {
      case UNAVAILABLE -> "SERVICE_UNAVAILABLE";
      case UNAUTHENTICATED -> "CREDENTIALS_INVALID";
      case UNIMPLEMENTED -> "METHOD_UNKNOWN";
      default -> code.name();
    };
  }

  private static <T extends Message> Optional<T> find(List<Any> details, Class<T> type) {
    for (var any : details) {
      if (any.is(type)) {
        try {
          return Optional.of(any.unpack(type));
        } catch (InvalidProtocolBufferException malformed) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private static List<Violation> violationsOf(BadRequest bad) {
    return bad.getFieldViolationsList().stream()
        .map(v -> new Violation(v.getField(), v.getDescription()))
        .toList();
  }

  private static Duration delayOf(RetryInfo info) {
    return Duration.ofSeconds(info.getRetryDelay().getSeconds(), info.getRetryDelay().getNanos());
  }
}
