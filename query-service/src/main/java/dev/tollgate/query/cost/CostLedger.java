package dev.tollgate.query.cost;

import com.clickhouse.client.api.ServerException;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.RowReader;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.statement.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The ledger in ClickHouse, read. Blocks; safe for concurrent use.
final class CostLedger {
  private static final int UNKNOWN_TABLE = 60;

  /* A statement's parameter has a bound of 128 KiB. */
  private static final int SURROGATES_MAX = 3_000;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final ClickHouse clickHouse;
  private final Limits limits;

  CostLedger(ClickHouse clickHouse, Limits limits) {
    this.clickHouse = clickHouse;
    this.limits = limits;
  }

  /// Up to `limit` lines in the answer's order, those after the given one where there is one.
  List<CostLine> page(CostQuestion question, Optional<Position> after, int limit) {
    var groups = CostStatement.groups(question);
    return read(
        CostStatement.page(question, after, limit),
        row -> CostLine.read(row, row.integer("bucket"), groups.stream().map(row::text).toList()));
  }

  /// One line per currency, in the order of their codes.
  List<CostLine> totals(CostQuestion question) {
    return read(CostStatement.totals(question), row -> CostLine.read(row, 0, List.of()));
  }

  /// What stands for the names, as far as the ledger knows them.
  List<String> surrogates(String tenant, List<String> names) {
    return read(UserStatement.surrogates(tenant, names), row -> row.text("surrogate"));
  }

  /// The names of the surrogates, as far as they stand for somebody.
  Map<String, String> userNames(String tenant, List<String> surrogates) {
    var names = new HashMap<String, String>();
    for (int i = 0; i < surrogates.size(); i += SURROGATES_MAX) {
      var some = surrogates.subList(i, Math.min(i + SURROGATES_MAX, surrogates.size()));
      read(
              UserStatement.names(tenant, some),
              row -> Map.entry(row.text("surrogate"), row.text("name")))
          .forEach(each -> names.put(each.getKey(), each.getValue()));
    }
    return names;
  }

  private <T> List<T> read(Statement statement, RowReader<T> reader) {
    try {
      return clickHouse.query(
          statement.sql(), statement.parameters(), limits.serverSettings(), reader);
    } catch (ServerException refused) {
      if (refused.getCode() == UNKNOWN_TABLE) {
        throw Failure.retryable(
            Reason.STORE_UNAVAILABLE,
            "The ledger does not exist yet: the ingest service makes it when it starts",
            RETRY_AFTER);
      }
      throw refused;
    }
  }
}
