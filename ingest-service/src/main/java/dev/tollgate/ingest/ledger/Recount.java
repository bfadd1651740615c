package dev.tollgate.ingest.ledger;

import com.google.common.base.Splitter;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the rollups say what the ledger says about what one log wrote, in the hours of one batch.
/// Blocks; nothing else of that log may be inserted meanwhile, while other logs' writers may go on.
final class Recount {
  /*
   * The view's own SELECT over the ledger, read FINAL and of this log only → compare the sums per
   * tenant → where they differ: delete what the log has in the rollup for the tenant and that time,
   * and insert the SELECT. A crash between the two leaves another difference, for the next time:
   * who asks for this has not committed the batch by then. A deletion that was under way at a crash
   * of the server is carried out some time after its start, and would take what was found to be
   * right before that: it is waited for.
   */

  /// @param from the beginning of an hour
  /// @param until its end, or that of a later one
  private record Scope(String log, Set<String> tenants, Instant from, Instant until) {
    Scope ofDays() {
      return new Scope(
          log,
          tenants,
          from.truncatedTo(ChronoUnit.DAYS),
          until.minusNanos(1).truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS));
    }

    Scope of(String tenant) {
      return new Scope(log, Set.of(tenant), from, until);
    }

    String in(Rollup rollup) {
      return who()
          + (rollup.isDaily()
              ? " AND %1$s >= '%2$s' AND %1$s < '%3$s'"
                  .formatted(rollup.time(), day(from), day(until))
              : " AND %1$s >= toDateTime(%2$d, 'UTC') AND %1$s < toDateTime(%3$d, 'UTC')"
                  .formatted(rollup.time(), from.getEpochSecond(), until.getEpochSecond()));
    }

    String inLedger() {
      return who()
          + " AND event_time >= fromUnixTimestamp64Milli(%d) AND event_time < fromUnixTimestamp64Milli(%d)"
              .formatted(from.toEpochMilli(), until.toEpochMilli());
    }

    private String who() {
      return "log_id = %s AND tenant_id IN (%s)"
          .formatted(
              literal(log),
              tenants.stream().map(Recount::literal).collect(Collectors.joining(", ")));
    }

    private static String day(Instant instant) {
      return instant.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Recount.class);
  private static final String SCOPE = Statement.read("/sql/job/batch_scope.sql");
  private static final String DELETIONS = Statement.read("/sql/job/deletions_under_way.sql");
  private static final String UNKNOWN_LOG = Statement.read("/sql/job/rollup_of_no_log.sql");

  /* So that a long day of many references spills instead of failing. */
  private static final String BOUNDED =
      "final = 1, max_bytes_before_external_group_by = 1000000000, insert_deduplicate = 0";

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final ClickHouse clickHouse;

  Recount(ClickHouse clickHouse) {
    this.clickHouse = clickHouse;
  }

  /// Says how many it wrote anew, each for one tenant.
  ///
  /// @throws Failure STORE_UNAVAILABLE where it could not be done: try again
  int of(Batch.Part part) {
    var hours = hours(part);
    var written = 0;
    if (hours.tenants.isEmpty()) {
      return written;
    }
    for (var rollup : Rollup.ALL) {
      requireNoDeletion(rollup, part.logId());
      var scope = rollup.isDaily() ? hours.ofDays() : hours;
      for (var tenant : differing(rollup, scope)) {
        if (knowsItsLogs(rollup, scope.of(tenant))) {
          write(rollup, scope.of(tenant));
          written++;
        }
      }
    }
    return written;
  }

  private void requireNoDeletion(Rollup rollup, String log) {
    var deletions =
        clickHouse
            .query(
                DELETIONS,
                Map.of("table", rollup.table(), "log", log),
                row -> row.integer("deletions"))
            .getFirst();
    if (deletions > 0) {
      throw Failure.retryable(
          Reason.STORE_UNAVAILABLE, rollup.table() + " still has a deletion to carry out", RETRY);
    }
  }

  private Scope hours(Batch.Part part) {
    var rows =
        clickHouse.query(
            SCOPE,
            Map.of(
                "log", part.logId(),
                "first", part.entries().getFirst().position(),
                "last", part.entries().getLast().position()),
            row ->
                Map.entry(
                    row.text("tenant_id"), List.of(row.instant("from"), row.instant("until"))));
    var tenants =
        rows.stream().map(Map.Entry::getKey).collect(Collectors.toCollection(TreeSet::new));
    var from = rows.stream().map(row -> row.getValue().getFirst()).min(Instant::compareTo);
    var until = rows.stream().map(row -> row.getValue().getLast()).max(Instant::compareTo);
    return new Scope(
        part.logId(), tenants, from.orElse(Instant.EPOCH), until.orElse(Instant.EPOCH));
  }

  private Set<String> differing(Rollup rollup, Scope scope) {
    var sums = Rollup.sums(rollup.measures(clickHouse));
    var is = sums(sums, rollup.table() + " WHERE " + scope.in(rollup), "");
    var ought =
        sums(
            sums,
            "(" + rollup.select(clickHouse) + ")",
            "SETTINGS %s, %s".formatted(BOUNDED, ofLedger(scope)));
    var differing = new TreeSet<String>();
    for (var tenant : scope.tenants) {
      if (!is.getOrDefault(tenant, "").equals(ought.getOrDefault(tenant, ""))) {
        differing.add(tenant);
      }
    }
    return differing;
  }

  /* A tenant of zeros is one without rows. */
  private Map<String, String> sums(String sums, String source, String settings) {
    var byTenant = new HashMap<String, String>();
    clickHouse
        .query(
            "SELECT tenant_id, %s AS sums FROM %s GROUP BY tenant_id %s"
                .formatted(sums, source, settings),
            Map.of(),
            row -> Map.entry(row.text("tenant_id"), row.text("sums")))
        .stream()
        .filter(
            row -> Splitter.on(' ').splitToStream(row.getValue()).anyMatch(sum -> !sum.equals("0")))
        .forEach(row -> byTenant.put(row.getKey(), row.getValue()));
    return byTenant;
  }

  /* Rows from before the rollups knew their logs can't be told from this log's own. */
  private boolean knowsItsLogs(Rollup rollup, Scope scope) {
    var without = new Scope("", scope.tenants, scope.from, scope.until);
    var rows =
        clickHouse
            .query(
                UNKNOWN_LOG.formatted(rollup.table(), without.in(rollup)),
                Map.of(),
                row -> row.integer("rows"))
            .getFirst();
    if (rows > 0) {
      LOG.error(
          "{} differs from the ledger from {} on, and has rows of no log there: repair it",
          rollup.table(),
          scope.from);
    }
    return rows == 0;
  }

  private void write(Rollup rollup, Scope scope) {
    LOG.warn(
        "{} is written anew for tenant {} from {} to {}: it differed from the ledger",
        rollup.table(),
        scope.tenants,
        scope.from,
        scope.until);
    clickHouse.execute(
        "DELETE FROM %s WHERE %s SETTINGS lightweight_deletes_sync = 2"
            .formatted(rollup.table(), scope.in(rollup)));
    clickHouse.execute(
        "INSERT INTO %s %s SETTINGS %s, %s"
            .formatted(rollup.table(), rollup.select(clickHouse), BOUNDED, ofLedger(scope)));
    if (!differing(rollup, scope).isEmpty()) {
      throw Failure.retryable(
          Reason.STORE_UNAVAILABLE, rollup.table() + " still differs from the ledger", RETRY);
    }
  }

  private static String ofLedger(Scope scope) {
    return "additional_table_filters = {'usage_events': %s}".formatted(literal(scope.inLedger()));
  }

  private static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
