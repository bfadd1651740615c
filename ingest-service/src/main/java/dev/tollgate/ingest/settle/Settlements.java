package dev.tollgate.ingest.settle;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.quota.v1.Actual;
import dev.tollgate.proto.quota.v1.GiveBack;
import dev.tollgate.proto.quota.v1.Settlement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A stretch of the log as settlements: per tenant, in the order of the log.
final class Settlements {
  private final Map<String, List<Settlement>> byTenant = new LinkedHashMap<>();
  private long through;
  private boolean hasEvents;

  void add(Logged logged) {
    through = logged.position();
    switch (logged.entry()) {
      case Entry.Usage usage -> {
        hasEvents = true;
        settlement(logged.position(), usage)
            .ifPresent(settlement ->
                byTenant.computeIfAbsent(usage.tenant(), _ -> new ArrayList<>()).add(settlement));
      }
      case Entry.GiveBack giveBack -> {
        hasEvents = true;
        byTenant
            .computeIfAbsent(giveBack.tenant(), _ -> new ArrayList<>())
            .add(
                Settlement.newBuilder()
                    .setPosition(logged.position())
                    .setReservationId(giveBack.reservationId())
                    .setGiveBack(GiveBack.getDefaultInstance())
                    .build());
      }
      case Entry.Fact _,
          Entry.User _,
          Entry.Correction _,
          Entry.Seal _,
          Entry.Commit _,
          Entry.Settled _,
          Entry.Split _,
          Entry.Letter _,
          Entry.Replay _ -> {}
    }
  }

  Map<String, List<Settlement>> byTenant() {
    return byTenant;
  }

  /// The last position in it.
  long through() {
    return through;
  }

  /// Whether there is anything in it but the log's own bookkeeping.
  boolean hasEvents() {
    return hasEvents;
  }

  /* Nothing, where the call neither was held nor may count elsewhere. */
  private static Optional<Settlement> settlement(long position, Entry.Usage usage) {
    var debit = usage.debit();
    if (debit.reservationId().isEmpty() && debit.dimensions().length == 0) {
      return Optional.empty();
    }
    var settlement =
        Settlement.newBuilder()
            .setPosition(position)
            .setReservationId(debit.reservationId())
            .setActual(
                Actual.newBuilder()
                    .setUnpriced(debit.unpriced())
                    .setCurrencyCode(debit.currency())
                    .setCostNanos(debit.costNanos())
                    .setTokens(debit.tokens())
                    .setOutputTokens(debit.outputTokens()));
    if (debit.dimensions().length > 0) {
      settlement
          .setDimensions(dimensions(debit.dimensions()))
          .setCheckTime(Timestamps.fromMillis(debit.checkedMillis()));
    }
    return Optional.of(settlement.build());
  }

  private static Dimensions dimensions(byte[] bytes) {
    try {
      return Dimensions.parseFrom(bytes);
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("dimensions in the log", damaged);
    }
  }
}
