package dev.tollgate.ingest.encode;

import java.util.List;

/// A row of `control_users`, without the columns that only the log knows; see `ledger.Batch`.
public final class UserRow {
  private UserRow() {}

  /// In the order in which their values are written.
  public static List<String> columnNames() {
    return List.of("tenant_id", "surrogate", "name");
  }

  public static byte[] encode(String tenant, String surrogate, String name) {
    return new RowBinary().text(tenant).text(surrogate).text(name).toBytes();
  }
}
