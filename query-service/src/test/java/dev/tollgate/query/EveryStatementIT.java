package dev.tollgate.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Every statement on the real engine.
@NullMarked
@ExtendWith(StoresExtension.class)
class EveryStatementIT {
  private final ClickHouse clickHouse;

  EveryStatementIT(Stores stores) {
    TestLedger.open(stores).close();
    this.clickHouse = ClickHouse.connect(TestLedger.settings(stores));
  }

  @AfterEach
  void close() {
    clickHouse.close();
  }

  @Test
  void statements_ofATenantWithoutRows_areValidAndFindNothing() {
    EveryStatement.of("nobody")
        .forEach(statement -> assertThat(rows(statement)).as(statement.sql()).isZero());
  }

  private int rows(Statement statement) {
    return clickHouse.query(statement.sql(), statement.parameters(), row -> row).size();
  }
}
