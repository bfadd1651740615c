package dev.tollgate.ingest.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Spans for tests. Attributes are names and values in turn.
final class Spans {
  static final String TRACE = "5b8efff798038103d269b633813fc60c";
  static final long END_NANOS = 1_790_000_000_250_000_000L;

  private Spans() {}

  /// A span of 250 ms.
  static Span.Builder span(int id, int parent, Object... attributes) {
    var span =
        Span.newBuilder()
            .setName("a span")
            .setTraceId(ByteString.copyFrom(HexFormat.of().parseHex(TRACE)))
            .setSpanId(id(id))
            .setStartTimeUnixNano(END_NANOS - 250_000_000)
            .setEndTimeUnixNano(END_NANOS)
            .addAllAttributes(attributes(attributes));
    return parent == 0 ? span : span.setParentSpanId(id(parent));
  }

  static ExportTraceServiceRequest export(Object[] resource, Span.Builder... spans) {
    var ofScope = ScopeSpans.newBuilder();
    for (var span : spans) {
      ofScope.addSpans(span);
    }
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().addAllAttributes(attributes(resource)))
                .addScopeSpans(ofScope))
        .build();
  }

  static List<Observed> observed(Span.Builder... spans) {
    return Observations.of(export(new Object[0], spans));
  }

  static List<KeyValue> attributes(Object... attributes) {
    var pairs = new ArrayList<KeyValue>();
    for (int i = 0; i < attributes.length; i += 2) {
      pairs.add(
          KeyValue.newBuilder()
              .setKey((String) attributes[i])
              .setValue(value(attributes[i + 1]))
              .build());
    }
    return pairs;
  }

  private static AnyValue value(Object value) {
    var any = AnyValue.newBuilder();
    return switch (value) {
      case String text -> any.setStringValue(text).build();
      case Integer number -> any.setIntValue(number).build();
      case Long number -> any.setIntValue(number).build();
      case Double number -> any.setDoubleValue(number).build();
      case Boolean bool -> any.setBoolValue(bool).build();
      case List<?> list -> {
        var array = ArrayValue.newBuilder();
        list.forEach(element -> array.addValues(value(element)));
        yield any.setArrayValue(array).build();
      }
      default -> throw new IllegalArgumentException(value.toString());
    };
  }

  private static ByteString id(int id) {
    return ByteString.copyFrom(HexFormat.of().parseHex("%016x".formatted(id)));
  }
}
