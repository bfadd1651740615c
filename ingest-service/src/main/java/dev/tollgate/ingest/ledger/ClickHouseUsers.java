package dev.tollgate.ingest.ledger;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Users in `control_users`, erasures in `control_erasures`.
public final class ClickHouseUsers implements Users {
  /* What is reachable from a tenant's credential. */
  static final String NAMES = Statement.read("/sql/surrogate_names.sql");
  static final String ROWS = Statement.read("/sql/surrogate_rows.sql");

  private static final String ERASE = Statement.read("/sql/erase_user.sql");
  private static final String ERASURES = Statement.read("/sql/job/erasures_size.sql");
  private static final String ERASED = Statement.read("/sql/job/erasures.sql");
  private static final String ERASED_NAMES = Statement.read("/sql/job/erased_names.sql");
  private static final String DELETE = Statement.read("/sql/job/delete_erased_names.sql");

  private final ClickHouse clickHouse;

  public ClickHouseUsers(ClickHouse clickHouse) {
    this.clickHouse = clickHouse;
  }

  @Override
  public long erasures() {
    return clickHouse.query(ERASURES, Map.of(), row -> row.integer("size")).getFirst();
  }

  @Override
  public Set<Erased> erased() {
    return new HashSet<>(
        clickHouse.query(
            ERASED, Map.of(), row -> new Erased(row.text("tenant"), row.text("surrogate"))));
  }

  @Override
  public boolean isNamed(String tenant, String surrogate) {
    return clickHouse
            .query(
                NAMES,
                Map.of("tenant", tenant, "surrogate", surrogate),
                row -> row.integer("names"))
            .getFirst()
        > 0;
  }

  @Override
  public void erase(Erased erased, String actor, String reason) {
    var parameters =
        Map.<String, Object>of(
            "tenant",
            erased.tenant(),
            "surrogate",
            erased.surrogate(),
            "actor",
            actor,
            "reason",
            reason);
    clickHouse.execute(ERASE, parameters, Map.of("async_insert", "0"));
  }

  /* Rewriting parts is dear where there is nothing to be deleted. */
  @Override
  public long deleteErasedNames() {
    var names = clickHouse.query(ERASED_NAMES, Map.of(), row -> row.integer("names")).getFirst();
    if (names > 0) {
      clickHouse.execute(DELETE);
    }
    return names;
  }

  @Override
  public Rows rows(String tenant, String surrogate) {
    return clickHouse
        .query(
            ROWS,
            Map.of("tenant", tenant, "surrogate", surrogate),
            row ->
                new Rows(
                    row.integer("events"),
                    row.integer("outcomes"),
                    row.integer("deployments"),
                    row.integer("cost_lines")))
        .getFirst();
  }
}
