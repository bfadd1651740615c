package dev.tollgate.kernel.clickhouse;

import com.clickhouse.client.api.ClickHouseException;
import com.clickhouse.client.api.ServerException;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// What ClickHouse's errors mean to a caller of ours. Also for those who insert with the client
/// itself.
public final class Answers {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /* TOO_MANY_ROWS, TIMEOUT_EXCEEDED, TOO_SLOW, QUOTA_EXCEEDED, MEMORY_LIMIT_EXCEEDED,
  TOO_MANY_BYTES, TOO_MANY_ROWS_OR_BYTES. */
  private static final Set<Integer> TOO_LARGE = Set.of(158, 159, 160, 201, 241, 307, 396);

  /* TOO_MANY_SIMULTANEOUS_QUERIES, NOT_ENOUGH_SPACE, TOO_MANY_PARTS. */
  private static final Set<Integer> OVERLOADED = Set.of(202, 243, 252);

  private Answers() {}

  /// Runs a call of the client and turns its exceptions into failures.
  public static <T> T guarded(Callable<T> call) {
    try {
      return call.call();
    } catch (Exception exception) {
      throw translated(exception);
    }
  }

  private static RuntimeException translated(Exception exception) {
    if (exception instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return Failure.of(Reason.CANCELLED, "Interrupted while waiting for ClickHouse");
    }
    for (@Nullable Throwable cause = exception; cause != null; cause = cause.getCause()) {
      if (cause instanceof Failure failure) {
        return failure;
      }
      if (cause instanceof ServerException server) {
        return fromServer(server).orElse(server);
      }
      if (cause instanceof IOException) {
        return Failure.retryable(
            Reason.STORE_UNAVAILABLE, "ClickHouse can't be reached", RETRY_AFTER);
      }
    }
    return switch (exception) {
      case RuntimeException unchecked -> unchecked;
      case ExecutionException wrapped when wrapped.getCause() instanceof ClickHouseException e -> e;
      default -> new IllegalStateException(exception);
    };
  }

  private static Optional<RuntimeException> fromServer(ServerException server) {
    if (TOO_LARGE.contains(server.getCode())) {
      return Optional.of(
          Failure.of(
              Reason.QUERY_TOO_LARGE,
              "The query reaches a limit of ClickHouse (code "
                  + server.getCode()
                  + "): narrow it"));
    }
    if (OVERLOADED.contains(server.getCode())) {
      return Optional.of(
          Failure.retryable(
              Reason.STORE_UNAVAILABLE,
              "ClickHouse takes nothing now (code " + server.getCode() + ")",
              RETRY_AFTER));
    }
    return Optional.empty();
  }
}
