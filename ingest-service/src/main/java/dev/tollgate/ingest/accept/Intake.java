package dev.tollgate.ingest.accept;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.attribute.AttributionRules;
import dev.tollgate.ingest.dedupe.Dedupe;
import dev.tollgate.ingest.dedupe.History;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.ingest.share.Owners;
import dev.tollgate.ingest.user.Surrogates;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.ingest.v1.AckLevel;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// What an event passes through between the wire and the log.
public record Intake(
    Dedupe dedupe,
    History history,
    PriceBooks books,
    AttributionRules rules,
    Surrogates surrogates,
    SegmentLog log,
    Stored stored,
    Owners owners,
    EventMeters meters,
    TimeSource time) {
  /// What became of the events of a request, all durable.
  ///
  /// @param last the position up to which the ledger must have come to have them all
  record Taken(List<EventResult> results, long last) {}

  private static final Duration RETRY = Duration.ofSeconds(1);

  /// The same without other instances: what comes here stays here.
  public Intake alone() {
    return new Intake(
        dedupe, history, books, rules, surrogates, log, stored, Owners.alone(), meters, time);
  }

  /// Takes the events of one request; done, with what became of each in their order, when those
  /// that stay here are durable, and the others what the level says. Blocks while the log has too
  /// much to do.
  ///
  /// @throws Failure SERVICE_UNAVAILABLE where there is no price book yet
  CompletableFuture<Taken> takeDurably(Caller caller, List<Arrival> arrivals, AckLevel level) {
    var tenant = caller.tenant();
    var book = book(tenant);
    var shares = Shares.of(owners, tenant, arrivals);
    var handedOver = shares.handOver(caller, level);
    var own = shares.own().stream().map(arrival -> arrival.attributed(rules, tenant)).toList();
    return new Delivery(this, tenant, book, time.now().toEpochMilli())
        .take(own)
        .thenCombine(handedOver, (outcomes, others) -> merged(arrivals, outcomes, others));
  }

  /// By which the tenant's events are priced now.
  ///
  /// @throws Failure SERVICE_UNAVAILABLE where there is no price book yet
  PriceStack book(String tenant) {
    return books
        .current(tenant)
        .orElseThrow(() ->
            Failure.retryable(Reason.SERVICE_UNAVAILABLE, "there is no price book yet", RETRY));
  }

  /// The same, done as late as the level says. Cancelling the future ends only the wait.
  CompletableFuture<List<EventResult>> take(Caller caller, List<Arrival> arrivals, AckLevel level) {
    var taken = takeDurably(caller, arrivals, level);
    if (level != AckLevel.ACK_LEVEL_STORED) {
      return taken.thenApply(Taken::results);
    }
    var acked = new CompletableFuture<List<EventResult>>();
    var _ =
        taken.whenComplete((all, failure) -> {
          if (failure != null) {
            acked.completeExceptionally(failure);
          } else {
            completeWhenStored(acked, all);
          }
        });
    return acked;
  }

  private void completeWhenStored(CompletableFuture<List<EventResult>> acked, Taken taken) {
    var reached = stored.reached(taken.last());
    var _ = reached.thenRun(() -> acked.complete(taken.results()));
    var _ =
        acked.whenComplete((_, gone) -> {
          if (gone != null) {
            stored.forget(reached);
          }
        });
  }

  private Taken merged(
      List<Arrival> arrivals, List<Delivery.Outcome> own, Map<Integer, EventResult> others) {
    var next = own.iterator();
    var results = new ArrayList<EventResult>();
    for (var arrival : arrivals) {
      var elsewhere = others.get(results.size());
      results.add(
          switch (arrival) {
            case Arrival.Valid _ -> elsewhere == null ? next.next().result() : elsewhere;
            case Arrival.Malformed malformed ->
                meters.counted(Results.invalid(malformed.eventId(), malformed.violations()));
          });
    }
    var last = own.stream().mapToLong(Delivery.Outcome::position).max().orElse(0);
    return new Taken(results, last);
  }
}
