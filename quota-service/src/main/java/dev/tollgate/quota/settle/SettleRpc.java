package dev.tollgate.quota.settle;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.books.PriceBooks;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.quota.v1.ExtendRequest;
import dev.tollgate.proto.quota.v1.ExtendResponse;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.proto.quota.v1.ReleaseResponse;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.proto.quota.v1.SettleResponse;
import dev.tollgate.quota.answer.Amounts;
import dev.tollgate.quota.answer.Answers;
import dev.tollgate.quota.answer.HoldDurations;
import dev.tollgate.quota.check.Denials;
import dev.tollgate.quota.check.Readiness;
import dev.tollgate.quota.hold.Extended;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.Released;
import dev.tollgate.quota.hold.Reservation;
import dev.tollgate.quota.hold.Settled;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.rating.Usage;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// `Settle`, `Release` and `Extend` on the wire. Does not block.
public final class SettleRpc {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Holds holds;
  private final Readiness readiness;
  private final PriceBooks books;
  private final Tokens tokens;
  private final Denials denials;
  private final MeterRegistry meters;

  public SettleRpc(
      Holds holds,
      Readiness readiness,
      PriceBooks books,
      Tokens tokens,
      Denials denials,
      MeterRegistry meters) {
    this.holds = holds;
    this.readiness = readiness;
    this.books = books;
    this.tokens = tokens;
    this.denials = denials;
    this.meters = meters;
  }

  public void settle(SettleRequest request, StreamObserver<SettleResponse> observer) {
    var fields = new Fields();
    fields.token("reservation_id", request.getReservationId(), Tokens.LENGTH_MAX);
    if (!request.hasUsage()) {
      fields.reject("usage", "missing (expected: what the call consumed, empty for nothing)");
    }
    for (Violation violation :
        Usage.violations("usage.buckets", request.getUsage().getBucketsMap())) {
      fields.reject(violation.field(), violation.description());
    }
    fields.check();
    var reservation = reservation(request.getReservationId());
    var book = books.get(reservation.terms().bookRef());
    var consumed = Consumed.read(reservation.subject().provider(), request.getUsage());
    var spend = Pricing.spend(reservation, consumed, book);
    Answers.send(
        holds
            .settle(reservation, spend)
            .thenCompose(settled -> begun(reservation.tenant(), settled))
            .thenApply(settled -> response(reservation, settled)),
        observer);
  }

  /* Nobody may ask for a check before the next attempt. */
  private CompletableFuture<Settled> begun(String tenant, Settled settled) {
    return settled instanceof Settled.NotYet
        ? readiness.of(tenant, 0).thenApply(any -> settled)
        : CompletableFuture.completedFuture(settled);
  }

  private CompletableFuture<Extended> begun(String tenant, Extended extended) {
    return extended instanceof Extended.NotYet
        ? readiness.of(tenant, 0).thenApply(any -> extended)
        : CompletableFuture.completedFuture(extended);
  }

  private SettleResponse response(Reservation reservation, Settled settled) {
    return switch (settled) {
      case Settled.Charged(var replayed, var nanos) -> {
        count(replayed ? "replayed" : "settled");
        denials.forget(reservation.tenant(), reservation.counters());
        yield SettleResponse.newBuilder()
            .setSettledCost(Amounts.money(reservation.terms().currency(), nanos))
            .build();
      }
      case Settled.GivenBack() -> {
        count("given_back");
        throw Failure.of(Reason.ALREADY_RELEASED, "the reservation was given back");
      }
      case Settled.Unknown() -> {
        count("late");
        throw unknown();
      }
      case Settled.NotYet() -> {
        count("refused");
        throw rebuilding();
      }
    };
  }

  public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> observer) {
    var fields = new Fields();
    fields.token("reservation_id", request.getReservationId(), Tokens.LENGTH_MAX);
    fields.check();
    var reservation = reservation(request.getReservationId());
    Answers.send(
        holds.release(reservation).thenApply(released -> response(reservation, released)),
        observer);
  }

  private ReleaseResponse response(Reservation reservation, Released released) {
    switch (released) {
      case GIVEN_BACK, TOMBSTONE -> {
        count("released");
        denials.forget(reservation.tenant(), reservation.counters());
      }
      case REPLAYED -> count("replayed");
      case UNKNOWN -> {
        count("late");
        throw unknown();
      }
      case SETTLED -> {
        count("refused");
        throw Failure.of(Reason.ALREADY_SETTLED, "the reservation was settled");
      }
    }
    return ReleaseResponse.getDefaultInstance();
  }

  public void extend(ExtendRequest request, StreamObserver<ExtendResponse> observer) {
    var fields = new Fields();
    fields.token("reservation_id", request.getReservationId(), Tokens.LENGTH_MAX);
    var duration =
        HoldDurations.parse(
            fields, "hold_duration", request.hasHoldDuration(), request.getHoldDuration());
    fields.check();
    var reservation = reservation(request.getReservationId());
    Answers.send(
        holds
            .extend(reservation, duration)
            .thenCompose(extended -> begun(reservation.tenant(), extended))
            .thenApply(this::response),
        observer);
  }

  private ExtendResponse response(Extended extended) {
    return switch (extended) {
      case Extended.Until(var expireTime) -> {
        count("extended");
        yield ExtendResponse.newBuilder()
            .setExpireTime(Timestamps.fromMillis(expireTime.toEpochMilli()))
            .build();
      }
      case Extended.Closed(var settled) -> {
        count("refused");
        throw settled
            ? Failure.of(Reason.ALREADY_SETTLED, "the reservation was settled")
            : Failure.of(Reason.ALREADY_RELEASED, "the reservation was given back");
      }
      case Extended.Lapsed() -> {
        count("refused");
        throw Failure.of(
            Reason.RESERVATION_EXPIRED, "the hold has expired; its usage still settles it");
      }
      case Extended.Unknown() -> {
        count("late");
        throw unknown();
      }
      case Extended.NotYet() -> {
        count("refused");
        throw rebuilding();
      }
    };
  }

  private Reservation reservation(String token) {
    return tokens.open(Caller.current().tenant(), token).orElseThrow(SettleRpc::unknown);
  }

  private static Failure unknown() {
    return Failure.of(Reason.RESERVATION_UNKNOWN, "no such reservation");
  }

  private static Failure rebuilding() {
    return Failure.retryable(
        Reason.STORE_UNAVAILABLE, "the counters are being rebuilt", RETRY_AFTER);
  }

  private void count(String outcome) {
    meters.counter("quota.settlements", "source", "caller", "outcome", outcome).increment();
  }
}
