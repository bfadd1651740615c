package dev.tollgate.ingest.accept;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.dedupe.Dedupe;
import dev.tollgate.ingest.dedupe.History;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.ingest.price.PriceBooks;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// What an event passes through between the wire and the log.
public record Intake(
    Dedupe dedupe,
    History history,
    PriceBooks books,
    SegmentLog log,
    EventMeters meters,
    TimeSource time) {
  private static final Duration RETRY = Duration.ofSeconds(1);

  /// Takes the events of one request; done, with a result for each in their order, when they are
  /// durable. Blocks while the log has too much to do.
  ///
  /// @throws Failure SERVICE_UNAVAILABLE where there is no price book yet
  CompletableFuture<List<EventResult>> take(String tenant, List<Arrival> arrivals) {
    var book =
        books
            .current(tenant)
            .orElseThrow(() ->
                Failure.retryable(Reason.SERVICE_UNAVAILABLE, "there is no price book yet", RETRY));
    var valid = new ArrayList<Arrival.Valid>();
    for (var arrival : arrivals) {
      if (arrival instanceof Arrival.Valid good) {
        valid.add(good);
      }
    }
    return new Delivery(this, tenant, book, time.now().toEpochMilli())
        .take(valid)
        .thenApply(results -> merged(arrivals, results));
  }

  private List<EventResult> merged(List<Arrival> arrivals, List<EventResult> ofValid) {
    var next = ofValid.iterator();
    var results = new ArrayList<EventResult>();
    for (var arrival : arrivals) {
      results.add(
          switch (arrival) {
            case Arrival.Valid _ -> next.next();
            case Arrival.Malformed malformed ->
                meters.counted(Results.invalid(malformed.eventId(), malformed.violations()));
          });
    }
    return results;
  }
}
