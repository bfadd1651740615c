package dev.tollgate.ingest.price;

import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.ingest.v1.ServedFrom;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import java.util.List;

/// Charges events at the prices of the time when their calls ended.
public final class Pricing {
  private Pricing() {}

  /// What the event's call cost.
  ///
  /// @throws Failure AMOUNT_UNREPRESENTABLE where it is more than a row of the ledger can hold
  public static Charge charge(PriceStack book, UsageEvent event, Usage usage) {
    var dimensions = event.getDimensions();
    var time = Times.instant(event.getEventTime());
    var call =
        new Call(
            dimensions.getProvider(),
            dimensions.getModel(),
            time,
            event.getServiceTier(),
            dimensions.getRegion(),
            usage);
    return charge(book, call, isFromCache(event));
  }

  /// What the event's call cost, whose usage body can't be divided: that is not known.
  public static Charge ofUnusable(PriceStack book, UsageEvent event) {
    return isFromCache(event)
        ? Charge.free(book.currency(), book.ref())
        : Charge.unknown(ChargeStatus.USAGE_INVALID, book.currency(), book.ref(), List.of());
  }

  /// What a call cost. One that the caller's own cache answered cost nothing: no provider was paid.
  ///
  /// @throws Failure AMOUNT_UNREPRESENTABLE where it is more than a row of the ledger can hold
  public static Charge charge(PriceStack book, Call call, boolean isFromCache) {
    return isFromCache ? Charge.free(book.currency(), book.ref()) : book.rate(call);
  }

  private static boolean isFromCache(UsageEvent event) {
    return event.getServedFrom() == ServedFrom.SERVED_FROM_CACHE;
  }
}
