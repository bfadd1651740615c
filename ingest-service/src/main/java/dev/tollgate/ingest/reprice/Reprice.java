package dev.tollgate.ingest.reprice;

import dev.tollgate.ingest.attribute.RuleOrder;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.time.TimeSource;
import io.grpc.BindableService;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.function.Function;

/// Repricing, wired and running.
public final class Reprice implements AutoCloseable {
  private final RepricingRunner runner;
  private final RepricingRpc rpc;

  private Reprice(RepricingRunner runner, RepricingRpc rpc) {
    this.runner = runner;
    this.rpc = rpc;
  }

  /// Goes on with what was at work when the server stopped.
  ///
  /// @param tables opens a control table by its name
  /// @param books the newest book for a tenant; for the empty name, of the installation
  /// @param rules a tenant's attribution rules as they are now; blocks
  public static Reprice start(
      Function<String, ControlTable> tables,
      LedgerAccess ledger,
      Function<String, Optional<PriceStack>> books,
      Function<String, RuleOrder> rules,
      MeterRegistry meters,
      TimeSource time) {
    var stored =
        new StoredRepricings(
            tables.apply(StoredRepricings.TABLE), tables.apply(StoredRepricings.DELTA_TABLE));
    var closed = new ClosedPeriods(tables.apply(ClosedPeriods.TABLE));
    var logId = ledger.log().logId();
    var turn = new Turn(tables.apply(Turn.TABLE), logId);
    var runner =
        new RepricingRunner(
            stored, closed, turn, ledger, books, rules, new RepricingMeters(meters), time);
    runner.start();
    return new Reprice(runner, new RepricingRpc(stored, closed, runner, logId, time));
  }

  public BindableService rpc() {
    return rpc;
  }

  @Override
  public void close() {
    runner.close();
  }
}
