package dev.tollgate.quota.backtest;

import dev.tollgate.kernel.dimension.Dimension;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// The calls that a tenant has made. Blocks; failures are those of `ClickHouse`.
interface History {
  /// Which calls are asked for, and what must be told of them.
  ///
  /// @param pins dimensions and values that the calls have
  /// @param dimensions that are told
  record Question(
      String tenant,
      Map<String, String> pins,
      List<Dimension> dimensions,
      Instant since,
      Instant until) {}

  /// So many calls were checked within an hour.
  record Hour(Instant start, long calls) {}

  /// Up to which call they were read: the order is that of their checks, then of their events' ids.
  record Place(Instant checkTime, String eventId) {}

  /// The hours with calls, oldest first.
  List<Hour> hours(Question question);

  /// The first calls after a place, checked before an instant, in their order.
  List<PastCall> page(Question question, Place after, Instant until, int size);
}
