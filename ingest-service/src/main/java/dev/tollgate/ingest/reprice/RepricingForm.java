package dev.tollgate.ingest.reprice;

import com.google.protobuf.Timestamp;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.ingest.v1.Repricing;
import dev.tollgate.proto.ingest.v1.RepricingMode;
import dev.tollgate.proto.ingest.v1.RepricingState;
import dev.tollgate.proto.ingest.v1.StartRepricingRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Reads what callers of `RepricingService` send.
final class RepricingForm {
  private static final Instant TIME_MIN = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("2200-01-01T00:00:00Z");
  private static final Duration RANGE_MAX = Duration.ofDays(3_660);

  private RepricingForm() {}

  /// What is to be stored of a repricing that was asked for now.
  static Repricing parse(Fields fields, StartRepricingRequest request, Instant now, String logId) {
    var start =
        time(fields, "start_time", request.hasStartTime(), request.getStartTime(), TIME_MAX);
    var end = time(fields, "end_time", request.hasEndTime(), request.getEndTime(), TIME_MAX);
    if (fields.violations().isEmpty() && !start.isBefore(end)) {
      fields.reject("end_time", end.toString(), "a time after start_time, " + start);
    }
    if (Duration.between(start, end).compareTo(RANGE_MAX) > 0) {
      fields.reject("end_time", end.toString(), "at most 3660 days after start_time");
    }
    return Repricing.newBuilder()
        .setRepricingId(fields.id("request_id", request.getRequestId()))
        .setStartTime(Times.timestamp(start))
        .setEndTime(Times.timestamp(end))
        .setProvider(fields.text("provider", request.getProvider(), 0, Fields.DIMENSION_VALUE_MAX))
        .setModelPattern(
            fields.text("model_pattern", request.getModelPattern(), 0, Fields.DIMENSION_VALUE_MAX))
        .setMode(mode(fields, request.getMode()))
        .setDryRun(request.getDryRun())
        .setAllTenants(request.getAllTenants())
        .setState(RepricingState.REPRICING_STATE_PENDING)
        .setCreateTime(Times.timestamp(now))
        .setLogId(logId)
        .build();
  }

  private static RepricingMode mode(Fields fields, RepricingMode mode) {
    return switch (mode) {
      case REPRICING_MODE_UNSPECIFIED, REPRICING_MODE_PRICES -> RepricingMode.REPRICING_MODE_PRICES;
      case REPRICING_MODE_ATTRIBUTION -> mode;
      case UNRECOGNIZED -> {
        fields.reject("mode", "unknown", "PRICES, ATTRIBUTION, or unset");
        yield RepricingMode.REPRICING_MODE_PRICES;
      }
    };
  }

  /// The end of what is to be closed: nothing that is still to come.
  static Instant closing(Fields fields, boolean present, Timestamp end, Instant now) {
    return time(fields, "end_time", present, end, now);
  }

  private static Instant time(
      Fields fields, String field, boolean present, Timestamp value, Instant max) {
    var time = fields.instant(field, present, value, TIME_MIN, max);
    if (!time.equals(time.truncatedTo(ChronoUnit.MILLIS))) {
      fields.reject(field, time.toString(), "whole milliseconds");
    }
    return time;
  }
}
