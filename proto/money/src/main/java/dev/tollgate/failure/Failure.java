package dev.tollgate.failure;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A call that failed for a reason that its caller can act on. An answer, not a defect: it has no
/// stack trace.
public final class Failure extends RuntimeException {
  /// One malformed field: its path, and value with expectation.
  public record Violation(String field, String description) {}

  private final Reason reason;
  private final transient List<Violation> violations;
  private final @Nullable Duration retryAfter;

  private Failure(
      Reason reason, String message, List<Violation> violations, @Nullable Duration retryAfter) {
    super(message, null, false, false);
    this.reason = reason;
    this.violations = violations;
    this.retryAfter = retryAfter;
  }

  public static Failure of(Reason reason, String message) {
    return new Failure(reason, message, List.of(), null);
  }

  /// A failure that goes away by itself: the caller should come back after the delay.
  public static Failure retryable(Reason reason, String message, Duration retryAfter) {
    return new Failure(reason, message, List.of(), retryAfter);
  }

  /// A malformed request; all of its mistakes at once, at least one.
  public static Failure invalid(List<Violation> violations) {
    var first = violations.getFirst();
    var more = violations.size() == 1 ? "" : " (and " + (violations.size() - 1) + " more)";
    return new Failure(
        Reason.FIELD_INVALID,
        first.field() + ": " + first.description() + more,
        List.copyOf(violations),
        null);
  }

  /// A malformed request with one mistake.
  public static Failure invalid(String field, String description) {
    return invalid(List.of(new Violation(field, description)));
  }

  public Reason reason() {
    return reason;
  }

  /// Empty except for FIELD_INVALID.
  public List<Violation> violations() {
    return violations;
  }

  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
