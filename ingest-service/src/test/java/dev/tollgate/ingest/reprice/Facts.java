package dev.tollgate.ingest.reprice;

import com.google.protobuf.Timestamp;
import dev.tollgate.ingest.attribute.Filled;
import dev.tollgate.ingest.encode.Fact;
import dev.tollgate.ingest.encode.UsageRow;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.price.Pricing;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.ServedFrom;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import java.time.Instant;
import java.util.Map;

/// An event as a test makes it up: what ingest stores of it, and what it ought to cost.
record Facts(
    String tenant,
    String eventId,
    Instant time,
    String model,
    boolean fromCache,
    boolean hasUsage,
    Map<String, Long> buckets) {
  private Usage usage() {
    return hasUsage ? Usage.of(buckets) : Usage.MISSING;
  }

  private UsageEvent event() {
    return UsageEvent.newBuilder()
        .setEventId(eventId)
        .setEventTime(
            Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()))
        .setDimensions(Dimensions.newBuilder().setProvider("openai").setModel(model))
        .setServedFrom(
            fromCache ? ServedFrom.SERVED_FROM_CACHE : ServedFrom.SERVED_FROM_UNSPECIFIED)
        .build();
  }

  /// From scratch.
  Charge charge(PriceStack book) {
    return Pricing.charge(book, event(), usage());
  }

  Entry.Usage logged(PriceStack book) {
    return logged(charge(book));
  }

  /// The same with a usage body that can't be divided.
  Entry.Usage unusable(PriceStack book) {
    return logged(Pricing.ofUnusable(book, event()));
  }

  /// The same, stating other dimensions.
  Entry.Usage attributed(PriceStack book, Dimensions dimensions) {
    return logged(event().toBuilder().setDimensions(dimensions).build(), charge(book));
  }

  private Entry.Usage logged(Charge charge) {
    return logged(event(), charge);
  }

  private Entry.Usage logged(UsageEvent event, Charge charge) {
    var content = new Fingerprint(1, eventId.hashCode());
    return new Entry.Usage(
        tenant,
        eventId,
        content,
        1_000,
        time.toEpochMilli(),
        new Entry.Debit("", false, "USD", 0, 0, 0),
        UsageRow.encode(
            new Fact(
                tenant, event, "", content, usage(), charge, 1_000, 900, Filled.NOTHING, false)));
  }
}
