package dev.tollgate.ingest.accept;

import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.ingest.v1.AckLevel;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Takes events that came by any protocol as `StreamUsage` takes them: the same checks, the same
/// results.
public final class Acceptance {
  /* As many as a request of `StreamUsage` may have: what one delivery is made for. */
  private static final int DELIVERY_EVENTS_MAX = 100;

  private final Intake intake;
  private final EventParser parser;

  /// @param eventAheadMax how far behind its event this server's clock may be
  public Acceptance(Intake intake, TimeSource time, Duration eventAheadMax) {
    this.intake = intake;
    this.parser = new EventParser(time, eventAheadMax);
  }

  /// Done, with a result for each event in their order, when the accepted ones are durable. Blocks
  /// while the log has too much to do. Where it fails, some may be durable: sent again, they are
  /// duplicates.
  ///
  /// @throws Failure SERVICE_UNAVAILABLE where there is no price book yet
  public CompletableFuture<List<EventResult>> take(Caller caller, List<UsageEvent> events) {
    var deliveries = new ArrayList<CompletableFuture<List<EventResult>>>();
    for (int from = 0; from < events.size(); from += DELIVERY_EVENTS_MAX) {
      var part = events.subList(from, Math.min(events.size(), from + DELIVERY_EVENTS_MAX));
      var arrivals = part.stream().map(event -> parser.parse(event, caller)).toList();
      deliveries.add(intake.take(caller, arrivals, AckLevel.ACK_LEVEL_DURABLE));
    }
    return CompletableFuture.allOf(deliveries.toArray(CompletableFuture[]::new))
        .thenApply(_ -> deliveries.stream().flatMap(delivery -> delivery.join().stream()).toList());
  }
}
