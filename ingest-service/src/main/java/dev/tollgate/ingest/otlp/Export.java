package dev.tollgate.ingest.otlp;

import dev.tollgate.ingest.otlp.RecordMeters.Fate;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What one request brings: which of its records are calls, as what events they count, and what
/// became of them. Not safe for concurrent use.
final class Export {
  private static final int ATTRIBUTES_MAX = 1_024;

  /// A call on its way.
  ///
  /// @param outer the span around it, still to come, that may tell of it again; empty: none
  private record Told(Observed record, UsageEvent event, String outer) {}

  private final Aliases aliases;
  private final Twins twins;
  private final RecordMeters meters;
  private final Caller caller;
  private final Receipt.Builder receipt = new Receipt.Builder();

  /// In which trace an event's id came, in this export.
  private final Map<String, String> traces = new HashMap<>();

  private final List<Told> told = new ArrayList<>();

  Export(Aliases aliases, Twins twins, RecordMeters meters, Caller caller) {
    this.aliases = aliases;
    this.twins = twins;
    this.meters = meters;
    this.caller = caller;
  }

  /// The events that the records make.
  List<UsageEvent> events(List<Observed> records) {
    var lineage = Lineage.of(records, aliases, span -> twins.isOuter(caller.tenant(), span));
    for (var record : records) {
      if (aliases.operation(record).isEmpty()) {
        meters.count(Fate.SKIPPED);
        hint(record);
        handOn(record, lineage);
      } else if (lineage.isCovered(record)) {
        meters.count(Fate.TWIN);
      } else {
        event(new Trail(record, lineage.ancestors(record), aliases))
            .ifPresent(
                event -> told.add(new Told(record, event, lineage.outer(record).orElse(""))));
      }
    }
    return told.stream().map(Told::event).toList();
  }

  /// What the sender hears, by what became of the events, in their order.
  Receipt receipt(List<EventResult> results) {
    for (int i = 0; i < results.size(); i++) {
      meters.count(fate(told.get(i), results.get(i)));
    }
    return receipt.build();
  }

  private Optional<UsageEvent> event(Trail trail) {
    var record = trail.record();
    if (record.attributes().size() > ATTRIBUTES_MAX) {
      reject(
          record,
          "attributes: %d (expected: at most %d)"
              .formatted(record.attributes().size(), ATTRIBUTES_MAX));
      return Optional.empty();
    }
    var eventId = EventId.of(trail);
    if (eventId.isEmpty()) {
      reject(record, unnamed(record));
      return Optional.empty();
    }
    var before = traces.putIfAbsent(eventId.get(), record.traceId());
    if (record.traceId().equals(before)) {
      meters.count(Fate.TWIN);
      return Optional.empty();
    }
    return Optional.of(
        Translation.of(
            trail,
            eventId.get(),
            caller.pins().keySet(),
            remark -> receipt.remark(record, remark)));
  }

  private static String unnamed(Observed record) {
    return record.isSpan()
        ? "trace_id, span_id: missing or malformed (expected: 16 and 8 bytes, not all 0)"
        : "gen_ai.response.id: missing (expected: the id by which the record and its span count"
            + " once)";
  }

  /// Tells of spans whose tokens nobody counts because they don't say what they are.
  private void hint(Observed record) {
    if (record.isSpan()
        && !aliases.isStructure(record.attributes())
        && TokenCounts.areStated(record.attributes(), aliases)) {
      receipt.remark(
          record,
          () ->
              "states tokens and no operation that has cost, so it is not counted (expected:"
                  + " gen_ai.operation.name = chat, generate_content, text_completion or"
                  + " embeddings)");
    }
  }

  /// A span between a call that counts and what may tell of it again.
  private void handOn(Observed span, Lineage lineage) {
    if (span.isSpan()
        && twins.isOuter(caller.tenant(), span)
        && !aliases.isStructure(span.attributes())) {
      lineage
          .outer(span)
          .ifPresent(outer -> twins.expectOuter(caller.tenant(), span.traceId(), outer));
    }
  }

  private Fate fate(Told told, EventResult result) {
    var record = told.record();
    return switch (result.getStatus()) {
      case EVENT_STATUS_ACCEPTED, EVENT_STATUS_DUPLICATE -> counted(told);
      case EVENT_STATUS_CONFLICT -> again(told);
      case EVENT_STATUS_INVALID -> {
        receipt.reject(
            record,
            result.getViolationsList().stream()
                .map(violation -> violation.getField() + ": " + violation.getDescription())
                .collect(Collectors.joining(", ")));
        yield Fate.REJECTED;
      }
      case EVENT_STATUS_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalStateException(result.getStatus() + " (expected: a known status)");
    };
  }

  private Fate counted(Told told) {
    var eventId = told.event().getEventId();
    var traceId = told.record().traceId();
    if (EventId.isOfResponse(eventId)) {
      twins.remember(caller.tenant(), eventId, traceId);
    }
    if (told.event().hasUsage() && !told.outer().isEmpty()) {
      twins.expectOuter(caller.tenant(), traceId, told.outer());
    }
    return Fate.COUNTED;
  }

  private Fate again(Told told) {
    var eventId = told.event().getEventId();
    if (!EventId.isOfResponse(eventId)
        || twins.isTwin(caller.tenant(), eventId, told.record().traceId())) {
      return Fate.TWIN;
    }
    receipt.remark(
        told.record(),
        () ->
            "its response's id counted before, told otherwise; it is not counted again (expected: an"
                + " id that no other call has)");
    return Fate.CONFLICTING;
  }

  private void reject(Observed record, String reason) {
    meters.count(Fate.REJECTED);
    receipt.reject(record, reason);
  }
}
