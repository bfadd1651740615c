package dev.tollgate.quota.access;

import dev.tollgate.kernel.caller.StoredKey;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.time.TimeSource;
import io.grpc.BindableService;
import java.util.random.RandomGenerator;

/// The wiring of what administers tenants and keys.
public final class Access {
  private Access() {}

  /// `random` makes the keys' secrets: it must be a secure one.
  public static BindableService wire(
      ClickHouse clickHouse, TimeSource time, RandomGenerator random) {
    var tenants = new Tenants(ControlTable.open(clickHouse, "tenants"));
    var keys = new ApiKeys(ControlTable.open(clickHouse, StoredKey.TABLE), time);
    return new AccessRpc(tenants, keys, random);
  }
}
