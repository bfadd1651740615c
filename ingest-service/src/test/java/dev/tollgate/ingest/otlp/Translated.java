package dev.tollgate.ingest.otlp;

import dev.tollgate.proto.ingest.v1.UsageEvent;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Translates the calls of exports for tests.
final class Translated {
  static final Object[] RESOURCE = {
    "service.name", "support-bot",
    "service.version", "1.4.2",
    "deployment.environment.name", "prod",
    "telemetry.sdk.language", "python"
  };

  final UsageEvent event;
  final List<String> remarks;

  private Translated(UsageEvent event, List<String> remarks) {
    this.event = event;
    this.remarks = remarks;
  }

  /// Of one call, for a caller without pins.
  static Translated of(Span.Builder span) {
    return of(Spans.export(RESOURCE, span), Set.of()).getFirst();
  }

  /// Of each call of the export.
  static List<Translated> of(ExportTraceServiceRequest export, Set<String> pinned) {
    var aliases = Aliases.shipped();
    var observed = Observations.of(export);
    var lineage = Lineage.of(observed, aliases, _ -> false);
    return observed.stream()
        .filter(record -> aliases.operation(record).isPresent())
        .map(record -> {
          var trail = new Trail(record, lineage.ancestors(record), aliases);
          var remarks = new ArrayList<String>();
          var event =
              Translation.of(
                  trail,
                  EventId.of(trail).orElseThrow(),
                  pinned,
                  remark -> remarks.add(remark.get()));
          return new Translated(event, remarks);
        })
        .toList();
  }
}
