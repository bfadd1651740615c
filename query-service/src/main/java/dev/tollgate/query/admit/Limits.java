package dev.tollgate.query.admit;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.env.Env;
import java.time.Duration;
import java.util.Map;

/// What one query may take from the store, how many questions of a tenant run at once, and how long
/// an answer is kept for those who ask the same again: 0 seconds for not at all.
public record Limits(
    Duration time,
    long rowsRead,
    long memoryBytes,
    int runningPerTenant,
    int keptSeconds,
    long keptBytes) {
  private static final int ANSWER_ROWS_MAX = 10_000;

  /* One to see that there are more. */
  private static final int RESULT_ROWS_MAX = ANSWER_ROWS_MAX + 1;

  private static final int WAITING_MAX = 100;
  private static final long GIB = 1L << 30;

  public static Limits from(Env env) {
    return new Limits(
        env.duration("QUERY_TIME_MAX", Duration.ofSeconds(20)),
        env.number("QUERY_ROWS_READ_MAX", 500_000_000, 1, Integer.MAX_VALUE),
        env.bytes("QUERY_MEMORY_MAX", GIB, 1 << 20, 1024 * GIB),
        env.number("QUERIES_PER_TENANT", 1, 1, 1_000),
        env.number("ANSWERS_KEPT_SECONDS", 0, 0, 60),
        env.bytes("ANSWERS_KEPT_MAX", 64 << 20, 1 << 20, GIB));
  }

  /// Of questions of each tenant.
  public Admission admission() {
    return new Admission(runningPerTenant, WAITING_MAX, time);
  }

  /// Of an answer that has no pages.
  ///
  /// @throws Failure QUERY_TOO_LARGE where its rows are too many
  public static void checkRows(int rows) {
    if (rows > ANSWER_ROWS_MAX) {
      throw Failure.of(
          Reason.QUERY_TOO_LARGE,
          "More than " + ANSWER_ROWS_MAX + " rows: group by less, or filter");
    }
  }

  /// The same limits as ClickHouse knows them; it also may change nothing for us.
  public Map<String, String> serverSettings() {
    return serverSettings(RESULT_ROWS_MAX);
  }

  /// The same with as many rows of an answer.
  public Map<String, String> serverSettings(long rowsMax) {
    return Map.of(
        "readonly", "2",
        "max_execution_time", "" + Math.max(1, time.toSeconds()),
        "timeout_before_checking_execution_speed", "0",
        "max_rows_to_read", "" + rowsRead,
        "max_memory_usage", "" + memoryBytes,
        "max_result_rows", "" + rowsMax,
        "result_overflow_mode", "throw");
  }
}
