package dev.tollgate.ingest.ledger;

import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import com.google.common.collect.Lists;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.kernel.clickhouse.Answers;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The ledger in ClickHouse: `usage_events`, and a table for each kind of fact.
public final class ClickHouseLedger implements Ledger {
  /// What every insert is sent with: all that decides about duplicates, as server defaults have
  /// moved.
  public static final Map<String, String> INSERT =
      Map.of(
          "async_insert", "0",
          "insert_deduplicate", "1",
          "distributed_foreground_insert", "1",
          "deduplicate_blocks_in_dependent_materialized_views", "1",
          "wait_end_of_query", "1",
          "parallel_view_processing", "1",
          "max_insert_block_size", "1048449",
          "min_insert_block_size_rows", "0",
          "min_insert_block_size_bytes", "0",
          "max_partitions_per_insert_block", "0");

  /* Which ids a table has. */
  static final Map<String, String> KNOWN =
      Map.of(
          Entry.USAGE_TABLE,
          Statement.read("/sql/known_events.sql"),
          "outcomes",
          Statement.read("/sql/known_outcomes.sql"),
          "deployments",
          Statement.read("/sql/known_deployments.sql"),
          "cost_lines",
          Statement.read("/sql/known_cost_lines.sql"));

  private static final String POSITIONS = Statement.read("/sql/job/positions.sql");
  private static final String HISTORY_END = Statement.read("/sql/job/history_end.sql");

  /* Ids travel in the address of the request, which has a bound. */
  private static final int IDS_MAX = 200;

  private final ClickHouse clickHouse;
  private final Recount recount;

  public ClickHouseLedger(ClickHouse clickHouse) {
    this.clickHouse = clickHouse;
    this.recount = new Recount(clickHouse);
  }

  @Override
  public Insertion insert(Batch.Part part) {
    var settings = new InsertSettings().setDeduplicationToken(part.token());
    INSERT.forEach(settings::serverSetting);
    try (var rows = part.rows()) {
      Answers.guarded(() -> {
        clickHouse
            .inserts()
            .insert(part.table(), part.allColumns(), rows, ClickHouseFormat.RowBinary, settings)
            .get()
            .close();
        return part;
      });
      return new Insertion.Taken();
    } catch (ServerException answered) {
      return Refusals.of(answered).orElseThrow(() -> answered);
    } catch (IOException unread) {
      throw new UncheckedIOException(unread);
    }
  }

  @Override
  public List<Logged> missing(Batch.Part part) {
    var rows =
        clickHouse
            .query(
                POSITIONS.formatted(part.table()),
                Map.of(
                    "log", part.logId(),
                    "first", part.entries().getFirst().position(),
                    "last", part.entries().getLast().position()),
                row -> Map.entry(row.integer("log_position"), row.integer("rows")))
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return part.entries().stream()
        .filter(logged -> rows.getOrDefault(logged.position(), 0L) < logged.entry().rows().size())
        .toList();
  }

  @Override
  public int recount(Batch.Part part) {
    /* Replicas note a token and its rows in one step, so that on a cluster there is no doubt. */
    var isDoubtful = part.table().equals(Entry.USAGE_TABLE) && !clickHouse.isCluster();
    return isDoubtful ? recount.of(part) : 0;
  }

  @Override
  public Map<String, Fingerprint> find(String table, String tenant, Collection<EventKey> events) {
    var known = KNOWN.get(table);
    if (known == null) {
      throw new IllegalArgumentException(table + " (expected: one of " + KNOWN.keySet() + ")");
    }
    var found = new HashMap<String, Fingerprint>();
    for (var part : Lists.partition(List.copyOf(events), IDS_MAX)) {
      find(known, tenant, part, found);
    }
    return found;
  }

  private void find(
      String known, String tenant, List<EventKey> events, Map<String, Fingerprint> found) {
    var hours =
        events.stream()
            .map(key -> Instant.ofEpochMilli(key.eventMillis()).truncatedTo(ChronoUnit.HOURS))
            .distinct()
            .sorted()
            .toList();
    clickHouse
        .query(
            known,
            Map.of(
                "tenant", tenant,
                "hours", hours,
                "from", hours.getFirst(),
                "until", hours.getLast().plus(1, ChronoUnit.HOURS),
                "ids", events.stream().map(EventKey::eventId).distinct().toList()),
            row -> Map.entry(row.text("event_id"), row.text("content")))
        .forEach(each ->
            found.put(each.getKey(), Fingerprint.of(HexFormat.of().parseHex(each.getValue()))));
  }

  /// The latest event time of anything in the ledger, in milliseconds; the least there is where it
  /// is empty.
  public long historyEndMillis() {
    return clickHouse
        .query(
            HISTORY_END,
            Map.of(),
            row ->
                row.integer("entries") == 0 ? Long.MIN_VALUE : row.instant("latest").toEpochMilli())
        .getFirst();
  }
}
