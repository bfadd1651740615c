package dev.tollgate.ingest.encode;

import com.google.protobuf.Duration;
import dev.tollgate.ingest.attribute.Attribution;
import dev.tollgate.proto.ingest.v1.ServedFrom;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A row of `usage_events`, as it is written: first the entry's own part, then what its event is
/// attributed to, then what all entries of its event share. The columns that only the log knows
/// follow; see `ledger.Batch`.
public final class UsageRow {
  private interface Writer {
    void write(RowBinary out, Fact fact);
  }

  private record Column(String name, Writer writer) {}

  private static final List<Column> COLUMNS = columns();
  private static final List<String> EVENT_NAMES = COLUMNS.stream().map(Column::name).toList();
  private static final List<String> NAMES =
      Stream.of(EntryPart.columnNames(), AttributionPart.columnNames(), EVENT_NAMES)
          .flatMap(List::stream)
          .toList();

  private UsageRow() {}

  /// The columns' names, in the order in which their values are written.
  public static List<String> columnNames() {
    return NAMES;
  }

  /// Those of them that all entries of an event share, in their order.
  public static List<String> eventColumnNames() {
    return EVENT_NAMES;
  }

  public static byte[] encode(Fact fact) {
    var out = new RowBinary();
    charge(fact).write(out);
    AttributionPart.write(out, fact.event().getDimensions(), fact.user(), fact.filled());
    for (var column : COLUMNS) {
      column.writer.write(out, fact);
    }
    return out.toBytes();
  }

  /// A further entry of an event.
  ///
  /// @param event the columns that all of the event's entries share, as RowBinary
  public static byte[] encode(EntryPart part, Attribution attribution, byte[] event) {
    var out = new RowBinary();
    part.write(out);
    AttributionPart.write(out, attribution);
    return out.fixed(event).toBytes();
  }

  private static EntryPart charge(Fact fact) {
    return new EntryPart(
        0,
        EntryPart.Kind.CHARGE,
        fact.eventMillis(),
        0,
        fact.receivedMillis(),
        Booked.of(fact.charge()),
        fact.charge().cost().toNanosUp().value(),
        "");
  }

  private static List<Column> columns() {
    var columns = new ArrayList<Column>();
    columns.addAll(identity());
    columns.addAll(consumption());
    columns.addAll(call());
    return List.copyOf(columns);
  }

  private static List<Column> identity() {
    return List.of(
        new Column("tenant_id", (out, fact) -> out.text(fact.tenant())),
        new Column("event_id", (out, fact) -> out.text(fact.event().getEventId())),
        new Column("checked_at", (out, fact) -> out.int64(fact.checkedMillis())),
        new Column("fingerprint", (out, fact) -> out.fixed(fact.fingerprint().toBytes())));
  }

  private static List<Column> consumption() {
    return List.of(
        new Column("service_tier", (out, fact) -> out.text(fact.event().getServiceTier())),
        new Column("usage", (out, fact) -> out.int64ByText(fact.usage().buckets())),
        new Column("input_tokens", (out, fact) -> out.int64(fact.usage().inputTokens())),
        new Column("cache_read_tokens", (out, fact) -> out.int64(fact.usage().cacheReadTokens())),
        new Column("cache_write_tokens", (out, fact) -> out.int64(fact.usage().cacheWriteTokens())),
        new Column("output_tokens", (out, fact) -> out.int64(fact.usage().outputTokens())),
        new Column("reasoning_tokens", (out, fact) -> out.int64(fact.usage().reasoningTokens())));
  }

  private static List<Column> call() {
    return Stream.of(
            new Column("reservation_id", (out, fact) -> out.text(fact.event().getReservationId())),
            new Column(
                "logical_request_id", (out, fact) -> out.text(fact.event().getLogicalRequestId())),
            new Column("attempt", (out, fact) -> out.int16(Math.max(1, fact.event().getAttempt()))),
            new Column(
                "terminal_status",
                (out, fact) -> out.text(status(fact.event().getTerminalStatus()))),
            new Column("error_code", (out, fact) -> out.text(fact.event().getErrorCode())),
            new Column(
                "latency_millis", (out, fact) -> out.int32(millis(fact.event().getLatency()))),
            new Column(
                "time_to_first_token_millis",
                (out, fact) -> out.int32(millis(fact.event().getTimeToFirstToken()))),
            new Column(
                "requested_max_output_tokens",
                (out, fact) -> out.int64(fact.event().getRequestedMaxOutputTokens())),
            new Column("finish_reason", (out, fact) -> out.text(fact.event().getFinishReason())),
            new Column(
                "system_prompt_tokens",
                (out, fact) -> out.int64(fact.event().getSystemPromptTokens())),
            new Column(
                "served_from", (out, fact) -> out.text(servedFrom(fact.event().getServedFrom()))),
            new Column(
                "input_fingerprint", (out, fact) -> out.text(fact.event().getInputFingerprint())),
            new Column("quality_score", UsageRow::writeQuality),
            new Column("backfilled", (out, fact) -> out.int8(fact.isBackfilled() ? 1 : 0)))
        .toList();
  }

  private static void writeQuality(RowBinary out, Fact fact) {
    if (fact.event().hasQualityScore()) {
      out.int8(0).float64(fact.event().getQualityScore());
    } else {
      out.int8(1);
    }
  }

  private static String status(TerminalStatus status) {
    return switch (status) {
      case TERMINAL_STATUS_UNSPECIFIED, TERMINAL_STATUS_SUCCESS, UNRECOGNIZED -> "SUCCESS";
      case TERMINAL_STATUS_ERROR -> "ERROR";
      case TERMINAL_STATUS_TIMEOUT -> "TIMEOUT";
      case TERMINAL_STATUS_CANCELLED -> "CANCELLED";
      case TERMINAL_STATUS_RATE_LIMITED -> "RATE_LIMITED";
    };
  }

  private static String servedFrom(ServedFrom servedFrom) {
    return servedFrom == ServedFrom.SERVED_FROM_CACHE ? "CACHE" : "MODEL";
  }

  private static long millis(Duration duration) {
    return duration.getSeconds() * 1_000 + duration.getNanos() / 1_000_000;
  }
}
