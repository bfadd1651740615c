package dev.tollgate.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventIdTest {
  @Test
  void of_responseId_isItsName_whateverTheTrace() {
    assertThat(id(Spans.span(1, 0, "gen_ai.response.id", "msg_01")))
        .hasValue("otlp/response/msg_01");
    assertThat(id(Spans.span(2, 1, "gen_ai.response.id", "msg_01").clearTraceId()))
        .hasValue("otlp/response/msg_01");
  }

  @Test
  void of_responseIdThatIsNoToken_isItsHash() {
    assertThat(id(Spans.span(1, 0, "gen_ai.response.id", "with a blank")).orElseThrow())
        .matches("otlp/response/sha256:[0-9a-f]{64}");
    assertThat(id(Spans.span(1, 0, "gen_ai.response.id", "x".repeat(1_000))).orElseThrow())
        .matches("otlp/response/sha256:[0-9a-f]{64}");
  }

  @Test
  void of_spanWithoutResponseId_isTheSpan() {
    assertThat(id(Spans.span(1, 0))).hasValue("otlp/span/" + Spans.TRACE + "/0000000000000001");
  }

  @Test
  void of_spanWithoutValidIds_isEmpty() {
    assertThat(id(Spans.span(1, 0).clearSpanId())).isEmpty();
    assertThat(id(Spans.span(1, 0).setTraceId(ByteString.copyFrom(new byte[16])))).isEmpty();
    assertThat(id(Spans.span(1, 0).setSpanId(ByteString.copyFrom(new byte[9])))).isEmpty();
  }

  private static Optional<String> id(Span.Builder span) {
    return EventId.of(new Trail(Spans.observed(span).getFirst(), List.of(), Aliases.shipped()));
  }
}
