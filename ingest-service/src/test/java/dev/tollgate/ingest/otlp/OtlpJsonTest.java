package dev.tollgate.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tollgate.failure.Failure;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import org.junit.jupiter.api.Test;

class OtlpJsonTest {
  @Test
  void read_idsInHex_areTheirBytesAndNothingElseIs() {
    var read =
        OtlpJson.read(
            ByteString.copyFromUtf8(
                """
                {"resourceSpans": [{"scopeSpans": [{"spans": [{
                  "traceId": "%s", "spanId": "0000000000000002",
                  "parentSpanId": "0000000000000001", "newField": [1],
                  "startTimeUnixNano": "%d", "endTimeUnixNano": "%d", "name": "a span",
                  "attributes": [{"key": "traceId", "value": {"stringValue": "zz"}}]}]}]}]}
                """
                    .formatted(Spans.TRACE, Spans.END_NANOS - 250_000_000, Spans.END_NANOS)),
            ExportTraceServiceRequest.getDefaultInstance());

    assertThat(read.getResourceSpans(0).getScopeSpans(0).getSpans(0))
        .isEqualTo(Spans.span(2, 1, "traceId", "zz").build());
  }

  @Test
  void read_whatCantBeRead_isRefusedWithoutRepeatingIt() {
    for (var bad :
        new String[] {
          "",
          "[]",
          "1",
          "{",
          "{\"resourceLogs\": \"secret\"}",
          "{\"resourceLogs\": [\"secret\"]}",
          "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"traceId\":\"secret\"}]}]}]}",
          "{\"resourceLogs\": [" + "{\"x\": ".repeat(2_000) + "1" + "}".repeat(2_000) + "]}"
        }) {
      assertThatThrownBy(() ->
              OtlpJson.read(
                  ByteString.copyFromUtf8(bad), ExportLogsServiceRequest.getDefaultInstance()))
          .as(bad.substring(0, Math.min(bad.length(), 80)))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> assertThat(failure.reason().name()).isEqualTo("BODY_INVALID"))
          .hasMessageNotContaining("secret");
    }
  }
}
