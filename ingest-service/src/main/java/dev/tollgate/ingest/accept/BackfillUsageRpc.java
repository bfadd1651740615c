package dev.tollgate.ingest.accept;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.ingest.v1.AckLevel;
import dev.tollgate.proto.ingest.v1.BackfillResult;
import dev.tollgate.proto.ingest.v1.BackfillUsageRequest;
import dev.tollgate.proto.ingest.v1.BackfillUsageResponse;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.pricing.v1.ChargeStatus;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.PriceStack;
import java.util.ArrayList;
import java.util.List;

/// Serves `BackfillUsage`: usage of the past, and what it cost. Blocks until it is durable.
final class BackfillUsageRpc {
  private static final int EVENTS_MAX = RecordUsageRpc.EVENTS_MAX;

  private final Intake intake;
  private final EventParser parser;

  BackfillUsageRpc(Intake intake, EventParser parser) {
    this.intake = intake;
    this.parser = parser;
  }

  BackfillUsageResponse answer(BackfillUsageRequest request, Caller caller) {
    var count = request.getEventsCount();
    if (count < 1 || count > EVENTS_MAX) {
      throw Failure.invalid("events", count + " events (expected: 1 to " + EVENTS_MAX + ")");
    }
    var arrivals =
        request.getEventsList().stream().map(event -> parser.parseHistory(event, caller)).toList();
    var results =
        request.getValidateOnly()
            ? arrivals.stream().map(BackfillUsageRpc::wouldBe).toList()
            : RecordUsageRpc.got(intake.take(caller, arrivals, AckLevel.ACK_LEVEL_DURABLE));
    return BackfillUsageResponse.newBuilder()
        .addAllResults(costed(caller.tenant(), arrivals, results))
        .build();
  }

  private static EventResult wouldBe(Arrival arrival) {
    return switch (arrival) {
      case Arrival.Valid valid -> Results.of(valid, EventStatus.EVENT_STATUS_ACCEPTED);
      case Arrival.Malformed malformed ->
          Results.invalid(malformed.eventId(), malformed.violations());
    };
  }

  private List<BackfillResult> costed(
      String tenant, List<Arrival> arrivals, List<EventResult> results) {
    var book = intake.book(tenant);
    var costed = new ArrayList<BackfillResult>();
    for (int i = 0; i < arrivals.size(); i++) {
      costed.add(
          arrivals.get(i) instanceof Arrival.Valid valid
              ? costed(valid.attributed(intake.rules(), tenant), results.get(i), book)
              : BackfillResult.newBuilder().setResult(results.get(i)).build());
    }
    return costed;
  }

  private static BackfillResult costed(Arrival.Valid arrival, EventResult result, PriceStack book) {
    var costed = BackfillResult.newBuilder().setAttributionRule(arrival.filled().rule());
    try {
      var charge = arrival.charge(book);
      costed.setResult(result).setChargeStatus(status(charge));
      if (!charge.status().isUnknown()) {
        costed.setCost(money(charge));
      }
    } catch (Failure failure) {
      if (failure.reason() != Reason.AMOUNT_UNREPRESENTABLE) {
        throw failure;
      }
      costed.setResult(Results.unrepresentable(arrival.eventId(), failure));
    }
    return costed.build();
  }

  private static ChargeStatus status(Charge charge) {
    return ChargeStatus.valueOf("CHARGE_STATUS_" + charge.status().name());
  }

  private static Money money(Charge charge) {
    return Money.newBuilder()
        .setCurrencyCode(charge.currency())
        .setAmount(charge.cost().toUnits().toPlainString())
        .build();
  }
}
