package dev.tollgate.ingest.fact;

import dev.tollgate.ingest.accept.EventMeters;
import dev.tollgate.ingest.dedupe.Dedupe;
import dev.tollgate.ingest.dedupe.History;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.time.TimeSource;
import io.grpc.BindableService;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/// The way of facts into the log, wired.
public final class Facts {
  private final FactRpc rpc;

  private Facts(FactRpc rpc) {
    this.rpc = rpc;
  }

  /// @param events also counts the facts that the ledger doesn't have yet
  /// @param aheadMax how far behind a fact's time this server's clock may be
  public static Facts wire(
      Dedupe dedupe,
      History history,
      SegmentLog log,
      EventMeters events,
      MeterRegistry registry,
      TimeSource time,
      Duration aheadMax) {
    var intake =
        new FactIntake(dedupe, history, log, new FactMeters(registry, events), time);
    return new Facts(new FactRpc(intake, new FactFields(aheadMax)));
  }

  public BindableService rpc() {
    return rpc;
  }
}
