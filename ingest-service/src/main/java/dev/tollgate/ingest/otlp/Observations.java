package dev.tollgate.ingest.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.tollgate.failure.Failure;
import dev.tollgate.ingest.otlp.Observed.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// What the spans or log records of one export say.
final class Observations {
  /// The most spans or log records that one export may have.
  static final int RECORDS_MAX = 10_000;

  private static final String EVENT_NAME = "event.name";
  private static final String EXCEPTION = "exception";

  private Observations() {}

  /// @throws Failure FIELD_INVALID where there are too many
  static List<Observed> of(ExportTraceServiceRequest export) {
    var all = new ArrayList<Observed>();
    for (var ofResource : export.getResourceSpansList()) {
      var resource = Attributes.of(ofResource.getResource().getAttributesList());
      for (var ofScope : ofResource.getScopeSpansList()) {
        bound("resource_spans", all.size() + (long) ofScope.getSpansCount());
        ofScope.getSpansList().forEach(span -> all.add(of(span, resource)));
      }
    }
    return all;
  }

  /// @throws Failure FIELD_INVALID where there are too many
  static List<Observed> of(ExportLogsServiceRequest export) {
    var all = new ArrayList<Observed>();
    for (var ofResource : export.getResourceLogsList()) {
      var resource = Attributes.of(ofResource.getResource().getAttributesList());
      for (var ofScope : ofResource.getScopeLogsList()) {
        bound("resource_logs", all.size() + (long) ofScope.getLogRecordsCount());
        ofScope.getLogRecordsList().forEach(log -> all.add(of(log, resource)));
      }
    }
    return all;
  }

  private static void bound(String field, long records) {
    if (records > RECORDS_MAX) {
      throw Failure.invalid(
          field, "more than " + RECORDS_MAX + " records (expected: at most " + RECORDS_MAX + ")");
    }
  }

  private static Observed of(Span span, Attributes resource) {
    return new Observed(
        Signal.SPAN,
        "",
        hex(span.getTraceId()),
        hex(span.getSpanId()),
        hex(span.getParentSpanId()),
        "",
        span.getStartTimeUnixNano(),
        span.getEndTimeUnixNano(),
        span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR,
        Attributes.of(span.getAttributesList()).orElse(exception(span)),
        resource);
  }

  /// Of the first exception that the span recorded, its type only.
  private static Attributes exception(Span span) {
    for (var event : span.getEventsList()) {
      if (event.getName().equals(EXCEPTION)) {
        return Attributes.of(
            event.getAttributesList().stream().filter(Observations::isExceptionType).toList());
      }
    }
    return Attributes.NONE;
  }

  private static boolean isExceptionType(KeyValue pair) {
    return pair.getKey().equals("exception.type");
  }

  private static Observed of(LogRecord log, Attributes resource) {
    var attributes = Attributes.of(log.getAttributesList());
    var named = log.getEventName();
    var name = named.isEmpty() ? attributes.text(EVENT_NAME).orElse("") : named;
    var written = log.getTimeUnixNano();
    return new Observed(
        Signal.LOG,
        name.isEmpty() || !log.getTraceId().isEmpty() ? "" : sha256(log),
        hex(log.getTraceId()),
        hex(log.getSpanId()),
        "",
        name,
        0,
        written == 0 ? log.getObservedTimeUnixNano() : written,
        false,
        attributes,
        resource);
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  private static String sha256(MessageLite message) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(message.toByteArray()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
