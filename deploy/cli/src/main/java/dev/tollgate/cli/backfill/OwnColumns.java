package dev.tollgate.cli.backfill;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// Reads rows whose columns are named as the contract names things: `event_id`, `event_time`, the
/// dimensions, `tags.<key>`, `usage.<bucket>`.
final class OwnColumns implements Source {
  private static final String BUCKET = "usage.";
  private static final Set<String> OTHERS =
      Set.of(
          "event_id",
          "event_time",
          "service_tier",
          "terminal_status",
          "latency_ms",
          "time_to_first_token_ms",
          "cost",
          "currency");

  @Override
  public boolean knows(String column) {
    return OTHERS.contains(column) || column.startsWith(BUCKET) || Dimension.of(column).isPresent();
  }

  @Override
  public Optional<PastUsage> read(SourceRow row) {
    var id = row.text("event_id");
    if (id.isEmpty()) {
      row.reject("event_id", "", "an id that no other row has");
    }
    var time = row.time("event_time");
    if (time.isEmpty() && row.mistakes().isEmpty()) {
      row.reject("event_time", "", "when the call ended");
    }
    var event =
        UsageEvent.newBuilder()
            .setEventId(PastUsage.eventId("csv", id))
            .setServiceTier(row.text("service_tier"))
            .setTerminalStatus(status(row))
            .setDimensions(dimensions(row));
    time.ifPresent(end -> times(row, event, end));
    usage(row).ifPresent(event::setUsage);
    var currency = row.text("currency");
    return Optional.of(
        new PastUsage(event, row.amount("cost"), currency.isEmpty() ? "USD" : currency));
  }

  private static void times(SourceRow row, UsageEvent.Builder event, Instant end) {
    var start = end.minusMillis(row.count("latency_ms").orElse(0L));
    var first = row.count("time_to_first_token_ms").map(start::plusMillis);
    PastUsage.times(event, start, first.orElse(start), end);
  }

  private static TerminalStatus status(SourceRow row) {
    var name = row.text("terminal_status");
    if (name.isEmpty()) {
      return TerminalStatus.TERMINAL_STATUS_UNSPECIFIED;
    }
    for (var status : TerminalStatus.values()) {
      if (status.name().equals("TERMINAL_STATUS_" + name)) {
        return status;
      }
    }
    row.reject(
        "terminal_status", name, "SUCCESS, ERROR, TIMEOUT, CANCELLED, RATE_LIMITED or nothing");
    return TerminalStatus.TERMINAL_STATUS_UNSPECIFIED;
  }

  private static Dimensions.Builder dimensions(SourceRow row) {
    var dimensions = Dimensions.newBuilder();
    row.fields()
        .fieldNames()
        .forEachRemaining(column -> {
          var value = row.text(column);
          if (!value.isEmpty()) {
            Dimension.of(column).ifPresent(dimension -> dimension.write(dimensions, value));
          }
        });
    return dimensions;
  }

  private static Optional<Usage.Builder> usage(SourceRow row) {
    var usage = Usage.newBuilder();
    row.fields()
        .fieldNames()
        .forEachRemaining(column -> {
          if (column.startsWith(BUCKET)) {
            row.count(column)
                .ifPresent(count -> usage.putBuckets(column.substring(BUCKET.length()), count));
          }
        });
    return usage.getBucketsCount() == 0 ? Optional.empty() : Optional.of(usage);
  }
}
