package dev.tollgate.kernel.control;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A control table that is opened when it is first needed, so that a service can start while its
/// store is away. Blocking; safe for concurrent use.
public final class LateControlTable implements Supplier<ControlTable> {
  private final ClickHouse clickHouse;
  private final String name;
  private @Nullable ControlTable table;

  public LateControlTable(ClickHouse clickHouse, String name) {
    this.clickHouse = clickHouse;
    this.name = name;
  }

  @Override
  public synchronized ControlTable get() {
    var opened = table;
    if (opened == null) {
      opened = ControlTable.open(clickHouse, name);
      table = opened;
    }
    return opened;
  }
}
