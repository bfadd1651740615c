package dev.tollgate.query.ledger;

import com.clickhouse.client.api.ServerException;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.kernel.clickhouse.RowReader;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.statement.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Runs statements under the limits of one query: the only way to the store's tables. Blocks; safe
/// for concurrent use.
public final class Ledger {
  private static final int UNKNOWN_TABLE = 60;
  private static final int THROWN_BY_THE_STATEMENT = 395;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final ClickHouse clickHouse;
  private final Limits limits;

  public Ledger(ClickHouse clickHouse, Limits limits) {
    this.clickHouse = clickHouse;
    this.limits = limits;
  }

  /// All rows of the answer.
  ///
  /// @throws Failure QUERY_TOO_LARGE at a limit, STORE_UNAVAILABLE where the store is away or has
  ///   no ledger yet, FX_RATE_UNKNOWN where a row came after the rates were looked for
  public <T> List<T> read(Statement statement, RowReader<T> reader) {
    var rows = new ArrayList<T>();
    run(statement, limits.serverSettings(), row -> rows.add(reader.read(row)));
    return rows;
  }

  /// Hands over the rows of the answer one by one, for those that are worked on without being kept.
  ///
  /// @param rowsMax above which there is no answer
  /// @throws Failure as for [#read]
  public void each(Statement statement, long rowsMax, Consumer<Row> consumer) {
    run(statement, limits.serverSettings(rowsMax), consumer);
  }

  private void run(Statement statement, Map<String, String> settings, Consumer<Row> consumer) {
    try {
      clickHouse.each(statement.sql(), statement.parameters(), settings, consumer);
    } catch (ServerException refused) {
      if (refused.getCode() == UNKNOWN_TABLE) {
        throw Failure.retryable(
            Reason.STORE_UNAVAILABLE,
            "The ledger does not exist yet: the ingest service makes it when it starts",
            RETRY_AFTER);
      }
      if (refused.getCode() == THROWN_BY_THE_STATEMENT) {
        throw Failure.retryable(
            Reason.FX_RATE_UNKNOWN,
            "A cost in another currency or of another day arrived meanwhile: ask again",
            RETRY_AFTER);
      }
      throw refused;
    }
  }
}
