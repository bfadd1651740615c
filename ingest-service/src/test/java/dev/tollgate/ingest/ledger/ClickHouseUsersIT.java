package dev.tollgate.ingest.ledger;

import dev.tollgate.ingest.schema.Schema;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StoresExtension.class)
class ClickHouseUsersIT extends UsersContract {
  private static final AtomicInteger TENANTS = new AtomicInteger();

  private final String base;
  private final ClickHouse clickHouse;

  ClickHouseUsersIT(Stores stores) {
    base = stores.tenant() + "-users-";
    clickHouse =
        ClickHouse.connect(
            new ClickHouseSettings(
                stores.clickHouseUrl(),
                stores.database(),
                stores.clickHouseUser(),
                stores.clickHousePassword()));
    Schema.apply(clickHouse);
  }

  @AfterEach
  void close() {
    clickHouse.close();
  }

  @Override
  Users users() {
    return new ClickHouseUsers(clickHouse);
  }

  @Override
  String tenant() {
    return base + TENANTS.incrementAndGet();
  }

  @Override
  void name(String tenant, String surrogate, String name) {
    clickHouse.execute(
        """
        INSERT INTO control_users (tenant_id, surrogate, name)
        SELECT {tenant:String}, {surrogate:String}, {name:String}
        """,
        Map.of("tenant", tenant, "surrogate", surrogate, "name", name),
        Map.of());
  }
}
