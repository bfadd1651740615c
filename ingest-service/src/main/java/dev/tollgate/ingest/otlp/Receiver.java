package dev.tollgate.ingest.otlp;

import dev.tollgate.failure.Failure;
import dev.tollgate.ingest.accept.Acceptance;
import dev.tollgate.kernel.caller.Caller;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Brings the calls of models that exports tell of into the ledger, and leaves the rest. Safe for
/// concurrent use.
public final class Receiver {
  private static final int TWINS_MAX = 50_000;

  private final Acceptance acceptance;
  private final Aliases aliases = Aliases.shipped();
  private final Twins twins = new Twins(TWINS_MAX);
  private final RecordMeters meters;

  public Receiver(Acceptance acceptance, MeterRegistry registry) {
    this.acceptance = acceptance;
    this.meters = new RecordMeters(registry);
  }

  /// Done when all calls of the export are durable. The same export again changes nothing.
  ///
  /// @throws Failure SERVICE_UNAVAILABLE where there is no price book yet
  CompletableFuture<Receipt> receive(Caller caller, List<Observed> records) {
    var export = new Export(aliases, twins, meters, caller);
    return acceptance.take(caller, export.events(records)).thenApply(export::receipt);
  }
}
