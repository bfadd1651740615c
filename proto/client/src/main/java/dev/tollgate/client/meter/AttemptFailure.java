package dev.tollgate.client.meter;

import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/// How an attempt to call a model failed, and what it consumed nevertheless.
///
/// @param retryable whether another attempt may do better
/// @param told what is known about the attempt; without usage, what it consumed is unknown
public record AttemptFailure(boolean retryable, UsageEvent told) {
  /// What a model's client threw, as data: a function of the caller's, who knows that client.
  public interface Reader {
    AttemptFailure read(Throwable thrown);
  }

  /// The provider refused and billed nothing: the hold is given back. Not retryable, unless it was
  /// RATE_LIMITED.
  ///
  /// @param errorCode the provider's: `429`, `context_length_exceeded`, ...
  public static AttemptFailure refused(TerminalStatus status, String errorCode) {
    return unknown(status, errorCode).withUsage(Usage.getDefaultInstance());
  }

  /// Nobody knows what the attempt consumed: the ledger has it as USAGE_MISSING, never as zero, and
  /// the hold stays charged whole. Retryable where it was TIMEOUT or RATE_LIMITED.
  public static AttemptFailure unknown(TerminalStatus status, String errorCode) {
    var retryable =
        status == TerminalStatus.TERMINAL_STATUS_TIMEOUT
            || status == TerminalStatus.TERMINAL_STATUS_RATE_LIMITED;
    return new AttemptFailure(
        retryable,
        UsageEvent.newBuilder()
            .setTerminalStatus(status)
            .setErrorCode(Brief.of(errorCode))
            .build());
  }

  /// What can be said without knowing the model's client: a connection that came not about consumed
  /// nothing; whatever else broke or took too long may have; any other exception is a refusal.
  /// Write a reader of your own for what your client throws, above all for rate limits and for
  /// exceptions that carry usage.
  public static AttemptFailure of(Throwable thrown) {
    var code = thrown.getClass().getSimpleName();
    return switch (thrown) {
      case HttpTimeoutException _, TimeoutException _, InterruptedIOException _ ->
          unknown(TerminalStatus.TERMINAL_STATUS_TIMEOUT, code);
      case InterruptedException _, CancellationException _ ->
          unknown(TerminalStatus.TERMINAL_STATUS_CANCELLED, code);
      case ConnectException _, UnknownHostException _ ->
          refused(TerminalStatus.TERMINAL_STATUS_ERROR, code).withRetryable(true);
      case IOException _ -> unknown(TerminalStatus.TERMINAL_STATUS_ERROR, code).withRetryable(true);
      default -> refused(TerminalStatus.TERMINAL_STATUS_ERROR, code);
    };
  }

  public AttemptFailure withUsage(Usage usage) {
    return new AttemptFailure(retryable, told.toBuilder().setUsage(usage).build());
  }

  public AttemptFailure withRetryable(boolean worthIt) {
    return new AttemptFailure(worthIt, told);
  }
}
