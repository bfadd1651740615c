package dev.tollgate.kernel.clickhouse;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.query.QueryResponse;
import com.clickhouse.client.api.query.QuerySettings;
import java.io.EOFException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// One ClickHouse database. Calls block; safe for concurrent use. What goes wrong is a `Failure`:
/// STORE_UNAVAILABLE where the server can't be reached, QUERY_TOO_LARGE where it stopped a query at
/// a limit; anything else is a bug.
public final class ClickHouse implements AutoCloseable {
  private static final int CONNECT_SECONDS = 5;
  private static final int SOCKET_SECONDS = 60;
  private static final int CONNECTIONS = 32;

  private final Client client;
  private final String cluster;

  private ClickHouse(Client client, String cluster) {
    this.client = client;
    this.cluster = cluster;
  }

  /// Connects, and makes the database where it is missing.
  public static ClickHouse connect(ClickHouseSettings settings) {
    var cluster = settings.cluster();
    var database = settings.database();
    try (var server = new ClickHouse(client(settings, "system"), cluster)) {
      server.execute(
          cluster.isEmpty()
              ? "CREATE DATABASE IF NOT EXISTS " + database + " ENGINE = Atomic"
              : new ClusterForm(cluster).database(database));
    }
    return new ClickHouse(client(settings, database), cluster);
  }

  private static Client client(ClickHouseSettings settings, String database) {
    return new Client.Builder()
        .addEndpoint(settings.url().toString())
        .setUsername(settings.user())
        .setPassword(settings.password().reveal())
        .setDefaultDatabase(database)
        .setConnectTimeout(CONNECT_SECONDS, ChronoUnit.SECONDS)
        .setConnectionRequestTimeout(CONNECT_SECONDS, ChronoUnit.SECONDS)
        .setSocketTimeout(SOCKET_SECONDS, ChronoUnit.SECONDS)
        .setMaxConnections(CONNECTIONS)
        .setMaxRetries(0)
        .compressServerResponse(false)
        .useHttpFormDataForQuery(true)
        .setServerTimeZone("UTC")
        .useServerTimeZone(true)
        .setClientName("tollgate")
        .build();
  }

  /// Whether tables are spread over several servers.
  public boolean isCluster() {
    return !cluster.isEmpty();
  }

  /// Makes or alters one of Tollgate's own tables or views: on a cluster, on all its servers. The
  /// statement is written for a single one, and must be such that it can be run again.
  public void define(String sql) {
    defining(sql, cluster).forEach(this::execute);
  }

  /// What `define` runs on a cluster of that name, or where that is empty on a single server.
  public static List<String> defining(String sql, String cluster) {
    return cluster.isEmpty() ? List.of(sql) : new ClusterForm(cluster).of(sql);
  }

  /// Runs a statement that has no answer. Idempotence is the statement's own business.
  public void execute(String sql) {
    execute(sql, Map.of(), Map.of());
  }

  /// As above. Values stand in the statement as `{name:Type}`.
  public void execute(
      String sql, Map<String, Object> parameters, Map<String, String> serverSettings) {
    var written = Parameters.written(parameters);
    Answers.guarded(() -> {
      client.query(sql, written, settings(serverSettings)).get().close();
      return sql;
    });
  }

  /// Reads all rows of the answer of a statement that has columns. Values stand in the statement as
  /// `{name:Type}`.
  public <T> List<T> query(String sql, Map<String, Object> parameters, RowReader<T> reader) {
    return query(sql, parameters, Map.of(), reader);
  }

  /// As above, under the given server settings: `max_execution_time`, `max_memory_usage`, ...
  public <T> List<T> query(
      String sql,
      Map<String, Object> parameters,
      Map<String, String> serverSettings,
      RowReader<T> reader) {
    var rows = new ArrayList<T>();
    each(sql, parameters, serverSettings, row -> rows.add(reader.read(row)));
    return rows;
  }

  /// Hands over the rows of an answer one by one, so that there may be more than fit into memory.
  @SuppressWarnings("try")
  public void each(
      String sql,
      Map<String, Object> parameters,
      Map<String, String> serverSettings,
      Consumer<Row> consumer) {
    var written = Parameters.written(parameters);
    Answers.guarded(() -> {
      try (var response = client.query(sql, written, settings(serverSettings)).get()) {
        each(response, consumer);
      }
      return sql;
    });
  }

  /// The client itself, for inserts: it does not retry, its timeouts are set.
  public Client inserts() {
    return client;
  }

  @Override
  public void close() {
    client.close();
  }

  @SuppressWarnings("try")
  private void each(QueryResponse response, Consumer<Row> consumer) throws Exception {
    try (var format = client.newBinaryFormatReader(response)) {
      /* Whoever answers names the columns, even where there are no rows. The client takes a head that
      breaks off for a whole one, and what comes behind it for empty. */
      if (format.getSchema() == null) {
        throw new EOFException("no columns");
      }
      var row = new Row(format);
      while (format.hasNext()) {
        format.next();
        consumer.accept(row);
      }
    }
  }

  /* The answer is buffered to its end on the server: an error in the middle of a query comes as an
  error, never as a short answer. */
  private static QuerySettings settings(Map<String, String> serverSettings) {
    var settings = new QuerySettings().waitEndOfQuery(true);
    serverSettings.forEach(settings::serverSetting);
    return settings;
  }
}
