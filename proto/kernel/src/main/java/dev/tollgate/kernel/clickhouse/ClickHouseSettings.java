package dev.tollgate.kernel.clickhouse;

import dev.tollgate.kernel.env.Env;
import dev.tollgate.secret.Secret;
import java.net.URI;

/// Where ClickHouse is and how to sign in.
///
/// @param cluster on whose servers tables are made; empty for a single server
public record ClickHouseSettings(
    URI url, String database, String user, Secret password, String cluster) {
  /// For a single server.
  public ClickHouseSettings(URI url, String database, String user, Secret password) {
    this(url, database, user, password, "");
  }

  public static ClickHouseSettings from(Env env) {
    var database = env.text("CLICKHOUSE_DATABASE", "tollgate");
    if (!database.matches("[A-Za-z_][A-Za-z0-9_]{0,63}")) {
      env.reject("CLICKHOUSE_DATABASE", database, "1 to 64 of A-Z a-z 0-9 _");
    }
    var cluster = env.text("CLICKHOUSE_CLUSTER", "");
    if (!cluster.matches("[A-Za-z0-9_.-]{0,64}")) {
      env.reject("CLICKHOUSE_CLUSTER", cluster, "at most 64 of A-Z a-z 0-9 _ . -");
    }
    return new ClickHouseSettings(
        env.uri("CLICKHOUSE_URL", URI.create("http://127.0.0.1:8123")),
        database,
        env.text("CLICKHOUSE_USER", "default"),
        env.secret("CLICKHOUSE_PASSWORD").orElseGet(() -> new Secret("")),
        cluster);
  }
}
