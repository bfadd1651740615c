package dev.tollgate.kernel.clickhouse;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What Tollgate's own DDL for one server becomes on a cluster of several.
final class ClusterForm {
  /*
   * Tables of the ledger are sharded by tenant: `<table>_local` on every shard, replicated within it,
   * and under the table's own name the whole of them, Distributed. Views read and write local tables, so
   * that a tenant's rollups lie where its events do. Small tables (`control_...`, `schema_steps`) are
   * whole on every server: each is a replica of the same one, whatever its shard.
   *
   * Deduplication windows stay as they are and are limited in time, too: to longer than any log waits.
   */
  private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*\\R");
  private static final Pattern TABLE =
      pattern(
          "CREATE TABLE IF NOT EXISTS (\\w+) (\\(.*\\))\\s*ENGINE = (\\w*MergeTree)(?:\\((\\w+)\\))?\\s*(.*)");
  private static final Pattern VIEW =
      pattern("CREATE MATERIALIZED VIEW IF NOT EXISTS (\\w+) TO (\\w+) AS\\s+(.*)");
  private static final Pattern ALTERED_VIEW =
      pattern("ALTER TABLE (\\w+_view) MODIFY QUERY\\s+(.*)");
  private static final Pattern ALTERED_TABLE = pattern("ALTER TABLE (\\w+)\\s+(.*)");
  private static final Pattern LEDGER = Pattern.compile("\\bFROM usage_events\\b");
  private static final Pattern WINDOW =
      Pattern.compile("\\bnon_replicated_deduplication_window = (\\d+)");
  private static final Pattern EVERYWHERE = Pattern.compile("control_\\w+|schema_steps");

  /* Thirty days. */
  private static final long WINDOW_SECONDS = 2_592_000;

  private final String onCluster;
  private final String cluster;

  /// @param cluster its name in the servers' configuration: of A-Z a-z 0-9 _ - .
  ClusterForm(String cluster) {
    this.cluster = cluster;
    this.onCluster = " ON CLUSTER `" + cluster + "`";
  }

  /// What makes the database on all servers.
  String database(String name) {
    return "CREATE DATABASE IF NOT EXISTS " + name + onCluster + " ENGINE = Atomic";
  }

  /// The statements that have the effect on the cluster, to be run in this order. Each can be run
  /// again.
  ///
  /// @throws IllegalArgumentException on a statement of a kind that none of ours is
  List<String> of(String statement) {
    var bare = COMMENT.matcher(statement).replaceAll("").strip();
    var table = TABLE.matcher(bare);
    if (table.matches()) {
      return table(table);
    }
    var view = VIEW.matcher(bare);
    if (view.matches()) {
      return List.of(
          "CREATE MATERIALIZED VIEW IF NOT EXISTS %s%s TO %s AS\n%s"
              .formatted(view.group(1), onCluster, local(view.group(2)), ofLocal(view.group(3))));
    }
    var alteredView = ALTERED_VIEW.matcher(bare);
    if (alteredView.matches()) {
      return List.of(
          "ALTER TABLE %s%s MODIFY QUERY\n%s"
              .formatted(alteredView.group(1), onCluster, ofLocal(alteredView.group(2))));
    }
    var alteredTable = ALTERED_TABLE.matcher(bare);
    if (alteredTable.matches()) {
      return altered(alteredTable.group(1), alteredTable.group(2));
    }
    throw new IllegalArgumentException(
        bare + " (expected: CREATE TABLE, CREATE MATERIALIZED VIEW or ALTER TABLE, as ours are)");
  }

  private List<String> table(Matcher table) {
    var name = table.group(1);
    var isEverywhere = isEverywhere(name);
    var arguments =
        isEverywhere
            ? "'/clickhouse/tables/{uuid}/all', '{shard}-{replica}'"
            : "'/clickhouse/tables/{uuid}/{shard}', '{replica}'";
    var version = table.group(4);
    var create =
        "CREATE TABLE IF NOT EXISTS %s%s %s\nENGINE = Replicated%s(%s%s)\n%s"
            .formatted(
                isEverywhere ? name : local(name),
                onCluster,
                table.group(2),
                table.group(3),
                arguments,
                version == null ? "" : ", " + version,
                windows(table.group(5)));
    return isEverywhere
        ? List.of(create)
        : List.of(create, "CREATE TABLE IF NOT EXISTS " + whole(name));
  }

  /* The whole has no data of its own: it is made anew with the columns of the local ones. */
  private List<String> altered(String name, String change) {
    return isEverywhere(name)
        ? List.of("ALTER TABLE %s%s\n%s".formatted(name, onCluster, change))
        : List.of(
            "ALTER TABLE %s%s\n%s".formatted(local(name), onCluster, change),
            "CREATE OR REPLACE TABLE " + whole(name));
  }

  private String whole(String name) {
    return "%s%s AS %s\nENGINE = Distributed('%s', currentDatabase(), '%s', cityHash64(tenant_id))"
        .formatted(name, onCluster, local(name), cluster, local(name));
  }

  private static String windows(String settings) {
    return WINDOW
        .matcher(settings)
        .replaceAll(
            "replicated_deduplication_window = $1,\n  replicated_deduplication_window_seconds = "
                + WINDOW_SECONDS);
  }

  private static String ofLocal(String select) {
    return LEDGER.matcher(select).replaceAll("FROM " + local("usage_events"));
  }

  private static String local(String name) {
    return name + "_local";
  }

  private static boolean isEverywhere(String name) {
    return EVERYWHERE.matcher(name).matches();
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.DOTALL);
  }
}
