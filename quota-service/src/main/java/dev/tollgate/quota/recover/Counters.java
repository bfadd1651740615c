package dev.tollgate.quota.recover;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Heads;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.Sweep;
import dev.tollgate.quota.hold.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/// All that keeps counters true to the ledger, wired and running.
public final class Counters implements AutoCloseable {
  private static final Duration STORE_WAITS = Duration.ofSeconds(5);

  private final Holds holds;
  private final Recovery recovery;
  private final Deque<Runnable> parts = new ArrayDeque<>();

  private Counters(
      ClickHouse clickHouse,
      Heads heads,
      Holds holds,
      Tokens tokens,
      MeterRegistry meters,
      RandomGenerator random) {
    this.holds = holds;
    var lapses = ClickHouseLapses.open(clickHouse);
    var ledger = new ClickHouseLedger(clickHouse, lapses);
    var epochs = new ControlEpochs(ControlTable.open(clickHouse, "epochs"));
    recovery = new Recovery(heads, holds, ledger, epochs, tokens, STORE_WAITS, meters, random);
    parts.push(recovery::close);
    var beats = new Beats(heads, recovery::tenants, recovery::lost, random);
    parts.push(beats::close);
    beats.start();
    var sweep = Sweep.start(holds, lapses, recovery::tenants);
    parts.push(sweep::close);
    var reconcile = new Reconcile(heads, holds, ledger, tokens, recovery::policies, meters, random);
    parts.push(reconcile::close);
    reconcile.start();
  }

  /// Opens the tables, and starts to look after the counters of the tenants that it is told of.
  public static Counters open(
      ClickHouse clickHouse,
      Heads heads,
      Holds holds,
      Tokens tokens,
      MeterRegistry meters,
      RandomGenerator random) {
    return new Counters(clickHouse, heads, holds, tokens, meters, random);
  }

  /// Takes note of a new or changed policy, and has its new budgets seeded. Does not block.
  public void changed(String tenant, Policy policy) {
    recovery.changed(tenant, policy);
  }

  /// The holds, for checks and settlements.
  public Holds holds() {
    return new LongHolds(holds, recovery);
  }

  public Recovery recovery() {
    return recovery;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      parts.pop().run();
    }
  }
}
