package dev.tollgate.kernel.control;

import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.clickhouse.Answers;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.Row;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// A table `control_<name>` whose rows are versions of JSON documents, one line of versions per
/// tenant and id. Append-only, written with fsync. Blocking; safe for concurrent use, by any number
/// of processes.
public final class ControlTable {
  /* A write is a compare-and-set. The insert carries the token `<table>/<tenant>/<id>/<version>`,
  and ClickHouse silently drops an insert whose token it has seen: of two writers of one version
  only the first has an effect. Which one that was is told by reading the version back: it carries
  the writer's own id, or somebody else's. */

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String COLUMNS = "tenant_id, id, version, content, actor, write_time";

  private final ClickHouse clickHouse;
  private final String table;
  private final String process;
  private final AtomicLong writes = new AtomicLong();

  private ControlTable(ClickHouse clickHouse, String table, String process) {
    this.clickHouse = clickHouse;
    this.table = table;
    this.process = process;
  }

  /// Opens the table, and makes it where it is missing. The name is of `a-z _`.
  public static ControlTable open(ClickHouse clickHouse, String name) {
    if (!name.matches("[a-z_]{1,48}")) {
      throw new IllegalArgumentException("name: " + name + " (expected: 1 to 48 of a-z _)");
    }
    var table = "control_" + name;
    clickHouse.define(
        """
        CREATE TABLE IF NOT EXISTS %s (
          tenant_id String, id String, version UInt64, writer_id String, content String,
          actor String, write_time DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'))
        ENGINE = MergeTree ORDER BY (tenant_id, id, version)
        SETTINGS fsync_after_insert = 1, fsync_part_directory = 1,
          non_replicated_deduplication_window = 20000
        """
            .formatted(table));
    var process =
        clickHouse
            .query("SELECT toString(generateUUIDv4()) AS id", Map.of(), row -> row.text("id"))
            .getFirst();
    return new ControlTable(clickHouse, table, process);
  }

  /// Writes the version after the expected one (0: there is none yet), or WRITE_CONFLICT where the
  /// newest is another by now.
  public Entry append(
      String tenant, String id, long expectedVersion, String content, String actor) {
    if (read(tenant, id).map(Entry::version).orElse(0L) != expectedVersion) {
      throw conflict(id);
    }
    var version = expectedVersion + 1;
    var writer = process + "-" + writes.incrementAndGet();
    insert(
        Map.of(
            "tenant_id", tenant,
            "id", id,
            "version", version,
            "writer_id", writer,
            "content", content,
            "actor", actor),
        String.join("/", table, tenant, id, Long.toString(version)));
    return clickHouse
        .query(
            """
            SELECT %s FROM %s
            WHERE tenant_id = {tenant:String} AND id = {id:String} AND version = {version:UInt64}
              AND writer_id = {writer:String}
            """
                .formatted(COLUMNS, table),
            Map.of("tenant", tenant, "id", id, "version", version, "writer", writer),
            ControlTable::entry)
        .stream()
        .findFirst()
        .orElseThrow(() -> conflict(id));
  }

  /// The newest version.
  public Optional<Entry> read(String tenant, String id) {
    return clickHouse
        .query(
            """
            SELECT %s FROM %s WHERE tenant_id = {tenant:String} AND id = {id:String}
            ORDER BY version DESC LIMIT 1
            """
                .formatted(COLUMNS, table),
            Map.of("tenant", tenant, "id", id),
            ControlTable::entry)
        .stream()
        .findFirst();
  }

  /// That version.
  public Optional<Entry> read(String tenant, String id, long version) {
    return clickHouse
        .query(
            """
            SELECT %s FROM %s
            WHERE tenant_id = {tenant:String} AND id = {id:String} AND version = {version:UInt64}
            """
                .formatted(COLUMNS, table),
            Map.of("tenant", tenant, "id", id, "version", version),
            ControlTable::entry)
        .stream()
        .findFirst();
  }

  /// The versions after the given one, oldest first.
  public List<Entry> since(String tenant, String id, long version) {
    return clickHouse.query(
        """
        SELECT %s FROM %s
        WHERE tenant_id = {tenant:String} AND id = {id:String} AND version > {version:UInt64}
        ORDER BY version
        """
            .formatted(COLUMNS, table),
        Map.of("tenant", tenant, "id", id, "version", version),
        ControlTable::entry);
  }

  /// The newest version of everything, by tenant and id.
  public List<Entry> latest() {
    return clickHouse.query(
        """
        SELECT %s FROM %s ORDER BY tenant_id, id, version DESC LIMIT 1 BY tenant_id, id
        """
            .formatted(COLUMNS, table),
        Map.of(),
        ControlTable::entry);
  }

  /// The newest version of everything of one tenant, by id.
  public List<Entry> latest(String tenant) {
    return clickHouse.query(
        """
        SELECT %s FROM %s WHERE tenant_id = {tenant:String}
        ORDER BY tenant_id, id, version DESC LIMIT 1 BY tenant_id, id
        """
            .formatted(COLUMNS, table),
        Map.of("tenant", tenant),
        ControlTable::entry);
  }

  /// The newest version of what has an id from `from` to before `to`, of one tenant: by id, the
  /// first `most`.
  public List<Entry> latest(String tenant, String from, String to, int most) {
    return clickHouse.query(
        """
        SELECT %s FROM %s
        WHERE tenant_id = {tenant:String} AND id >= {from:String} AND id < {to:String}
        ORDER BY tenant_id, id, version DESC LIMIT 1 BY tenant_id, id LIMIT {most:UInt32}
        """
            .formatted(COLUMNS, table),
        Map.of("tenant", tenant, "from", from, "to", to, "most", most),
        ControlTable::entry);
  }

  /// The newest version of what has the id `from` or a later one, of all tenants: by tenant and id.
  public List<Entry> latestFrom(String from) {
    return clickHouse.query(
        """
        SELECT %s FROM %s WHERE id >= {from:String}
        ORDER BY tenant_id, id, version DESC LIMIT 1 BY tenant_id, id
        """
            .formatted(COLUMNS, table),
        Map.of("from", from),
        ControlTable::entry);
  }

  /// Which version is the newest of everything, without the contents, by tenant and id.
  public List<Head> heads() {
    return clickHouse.query(
        """
        SELECT tenant_id, id, max(version) AS newest FROM %s GROUP BY tenant_id, id
        ORDER BY tenant_id, id
        """
            .formatted(table),
        Map.of(),
        row -> new Head(row.text("tenant_id"), row.text("id"), row.integer("newest")));
  }

  /// How many versions there are in all. Cheap: a change of it says that something was appended.
  public long size() {
    return clickHouse
        .query("SELECT count() AS size FROM " + table, Map.of(), row -> row.integer("size"))
        .getFirst();
  }

  private void insert(Map<String, Object> row, String token) {
    var settings = new InsertSettings();
    settings.serverSetting("async_insert", "0");
    settings.serverSetting("insert_deduplicate", "1");
    settings.serverSetting("wait_end_of_query", "1");
    settings.setDeduplicationToken(token);
    var body = new ByteArrayInputStream(json(row).getBytes(StandardCharsets.UTF_8));
    Answers.guarded(() -> {
      clickHouse
          .inserts()
          .insert(table, List.copyOf(row.keySet()), body, ClickHouseFormat.JSONEachRow, settings)
          .get()
          .close();
      return table;
    });
  }

  private static String json(Map<String, Object> row) {
    try {
      return JSON.writeValueAsString(row);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Entry entry(Row row) {
    return new Entry(
        row.text("tenant_id"),
        row.text("id"),
        row.integer("version"),
        row.text("content"),
        row.text("actor"),
        row.instant("write_time"));
  }

  private static Failure conflict(String id) {
    return Failure.of(
        Reason.WRITE_CONFLICT, id + ": somebody else wrote it meanwhile; read it and try again");
  }
}
