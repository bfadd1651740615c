package dev.tollgate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Exports by hand: what is wrong with them, and what is said of it.
@ExtendWith(StoresExtension.class)
class OtlpExportIT {
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static final String TRACE = "5b8efff798038103d269b633813fc60c";
  private static final String SPAN = "eee19b7ec3c1b174";
  private static final String EXPORT =
      """
      {"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": "%s", "spanId": "%s",
        "name": "chat gpt-4o", "kind": 3, "somethingNew": {"a": 1},
        "startTimeUnixNano": "1785542400000000000", "endTimeUnixNano": "1785542401000000000",
        "attributes": [
          {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
          {"key": "gen_ai.provider.name", "value": {"stringValue": "openai"}},
          {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-4o"}},
          {"key": "gen_ai.usage.input_tokens", "value": {"stringValue": "1000"}},
          {"key": "gen_ai.usage.output_tokens", "value": {"stringValue": "100"}}]}]}]}]}
      """;

  @TempDir Path dir;
  private final Stores stores;
  private OtlpRig rig;

  OtlpExportIT(Stores stores) {
    this.stores = stores;
  }

  @BeforeEach
  void start() throws IOException {
    rig = OtlpRig.start(stores, dir);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void json_withIdsInHex_countsAsTheSameInProtobuf() throws Exception {
    var json = rig.post("/v1/traces", JSON, EXPORT.formatted(TRACE, SPAN).getBytes(UTF_8));
    var span =
        Span.newBuilder()
            .setTraceId(bytes(TRACE))
            .setSpanId(bytes(SPAN))
            .setStartTimeUnixNano(1_785_542_400_000_000_000L)
            .setEndTimeUnixNano(1_785_542_401_000_000_000L)
            .addAllAttributes(attributes());
    var binary = rig.traces().export(export(span));

    assertThat(json.statusCode()).isEqualTo(200);
    assertThat(new String(json.body(), UTF_8)).isEqualTo("{}");
    assertThat(json.headers().firstValue("content-type")).hasValue(JSON);
    assertThat(binary).isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
    rig.awaitStored(1);
    assertThat(Rig.eventIds(rig.clickHouse, rig.tenant))
        .containsExactly("otlp/span/" + TRACE + "/" + SPAN);
    assertThat(rig.counted("twin")).as("the same to the last byte").isZero();
  }

  @Test
  void badSpan_amongGoodOnes_isRejectedWithItsReason() {
    var export = export(call(1), call(2).clearEndTimeUnixNano());

    var partial = rig.traces().export(export).getPartialSuccess();

    assertThat(partial.getRejectedSpans()).isEqualTo(1);
    assertThat(partial.getErrorMessage())
        .startsWith("span 0000000000000002: rejected: event_time: missing (expected: a time from");
    rig.awaitStored(1);
  }

  @Test
  void sameResponse_inAnotherTrace_isNotCountedAgainAndSaysSo() {
    var response = text("gen_ai.response.id", "chatcmpl-1");
    var traces = rig.traces();
    var first = traces.export(export(call(1).addAttributes(response))).getPartialSuccess();

    var partial = traces.export(export(call(2).addAttributes(response))).getPartialSuccess();

    assertThat(first.getErrorMessage()).isEmpty();
    assertThat(partial.getRejectedSpans()).isZero();
    assertThat(partial.getErrorMessage()).contains("its response's id counted before");
    rig.awaitStored(1);
  }

  @Test
  void callToldAgain_byTheSpanAroundItInALaterExport_countsOnce() {
    var traces = rig.traces();
    var trace = bytes(TRACE);
    var inner = call(3).setTraceId(trace).setParentSpanId(bytes("%016x".formatted(2)));
    var between = Span.newBuilder().setTraceId(trace).setSpanId(bytes("%016x".formatted(2)));
    between.setParentSpanId(bytes("%016x".formatted(1)));
    traces.export(export(inner));
    traces.export(export(between));

    var again = traces.export(export(call(1).setTraceId(trace))).getPartialSuccess();

    assertThat(again.getErrorMessage()).isEmpty();
    assertThat(rig.counted("twin")).isEqualTo(1);
    rig.awaitStored(1);
  }

  @Test
  void contradictoryCounts_areCountedAsUnknownAndSaySo() {
    var span = call(1).addAttributes(text("gen_ai.usage.cache_read.input_tokens", "5000")).build();

    var partial = rig.traces().export(export(span.toBuilder())).getPartialSuccess();

    assertThat(partial.getRejectedSpans()).isZero();
    assertThat(partial.getErrorMessage()).contains("send tollgate.input_tokens_exclude_cache");
    Await.until("a row", () -> !rig.rows().isEmpty());
    assertThat(rig.rows().getFirst()).startsWith("USAGE_MISSING openai gpt-4o");
  }

  @Test
  void logRecord_inATraceWithoutResponseId_isRejected() throws Exception {
    var log =
        LogRecord.newBuilder()
            .setEventName("gen_ai.client.inference.operation.details")
            .setTimeUnixNano(TimeSource.SYSTEM.now().toEpochMilli() * 1_000_000)
            .addAllAttributes(attributes());
    var inATrace = log.clone().setTraceId(bytes(TRACE)).setSpanId(bytes(SPAN));
    var other = LogRecord.newBuilder().setEventName("gen_ai.choice");

    var answer = rig.post("/v1/logs", PROTOBUF, logs(log, log, inATrace, other).toByteArray());

    var partial = ExportLogsServiceResponse.parseFrom(answer.body()).getPartialSuccess();
    assertThat(partial.getRejectedLogRecords()).isEqualTo(1);
    assertThat(partial.getErrorMessage())
        .startsWith("log record of span " + SPAN + ": rejected: gen_ai.response.id: missing");
    rig.awaitStored(1);
  }

  @Test
  void export_withoutPriceBook_isPushedBackWithADelay() throws Exception {
    try (var bookless = OtlpRig.withoutPriceBook(stores, dir.resolve("bookless"))) {
      var export = export(call(1));

      var failure =
          catchThrowableOfType(
              StatusRuntimeException.class, () -> bookless.traces().export(export));
      var overHttp = bookless.post("/v1/traces", PROTOBUF, export.toByteArray());

      assertThat(failure.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.UNAVAILABLE);
      assertPushedBack(Objects.requireNonNull(StatusProto.fromThrowable(failure)));
      assertThat(overHttp.statusCode()).isEqualTo(503);
      assertThat(overHttp.headers().firstValue("retry-after")).hasValue("1");
      assertThat(overHttp.headers().firstValue("content-type")).hasValue(PROTOBUF);
      assertPushedBack(Status.parseFrom(overHttp.body()));
    }
  }

  @Test
  void body_thatCantBeRead_isRefusedAsAStatus() throws Exception {
    var json = rig.post("/v1/logs", JSON, "{\"resourceLogs\": 1}".getBytes(UTF_8));
    var noHex = EXPORT.formatted("not hex", SPAN).getBytes(UTF_8);
    var hex = rig.post("/v1/traces", JSON, noHex);
    var binary = rig.post("/v1/traces", PROTOBUF, "no".getBytes(UTF_8));
    var text = rig.post("/v1/traces", "text/plain", new byte[0]);

    assertThat(json.statusCode()).isEqualTo(400);
    assertThat(new String(json.body(), UTF_8)).contains("\"BODY_INVALID\"");
    assertThat(hex.statusCode()).isEqualTo(400);
    assertThat(new String(hex.body(), UTF_8)).contains("traceId: no hex");
    assertThat(binary.statusCode()).isEqualTo(400);
    assertThat(Status.parseFrom(binary.body()).getMessage())
        .isEqualTo(
            "The body is no opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest in"
                + " protobuf");
    assertThat(text.statusCode()).isEqualTo(415);
  }

  @Test
  void export_withoutCredential_isRefused() throws Exception {
    var request =
        HttpRequest.newBuilder(rig.uri("/v1/logs"))
            .header("content-type", PROTOBUF)
            .POST(BodyPublishers.ofByteArray(new byte[0]));

    assertThat(rig.send(request).statusCode()).isEqualTo(401);
  }

  @Test
  void export_ofTooManySpans_isRefusedWhole() {
    var spans = ScopeSpans.newBuilder();
    for (int i = 0; i <= 10_000; i++) {
      spans.addSpans(Span.getDefaultInstance());
    }
    var export =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(spans))
            .build();

    var failure =
        catchThrowableOfType(StatusRuntimeException.class, () -> rig.traces().export(export));

    assertThat(failure)
        .hasMessageContaining("resource_spans: more than 10000 records (expected: at most 10000)");
  }

  @Test
  void openApi_hasTheRoutes() {
    assertThat(rig.get("/openapi.json")).contains("\"/v1/traces\"", "\"/v1/logs\"");
  }

  private static void assertPushedBack(Status status) throws Exception {
    assertThat(status.getDetailsList()).anyMatch(detail -> detail.is(RetryInfo.class));
    var info = status.getDetailsList().stream().filter(detail -> detail.is(ErrorInfo.class));
    assertThat(info.findFirst().orElseThrow().unpack(ErrorInfo.class).getReason())
        .isEqualTo("SERVICE_UNAVAILABLE");
  }

  /// A call of [Events#COST_PICOS] in a trace of its own, now.
  private static Span.Builder call(int number) {
    return Span.newBuilder()
        .setTraceId(bytes("%032x".formatted(number)))
        .setSpanId(bytes("%016x".formatted(number)))
        .setEndTimeUnixNano(TimeSource.SYSTEM.now().toEpochMilli() * 1_000_000)
        .addAllAttributes(attributes());
  }

  private static ExportTraceServiceRequest export(Span.Builder... spans) {
    var ofScope = ScopeSpans.newBuilder();
    for (var span : spans) {
      ofScope.addSpans(span);
    }
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(ofScope))
        .build();
  }

  private static ExportLogsServiceRequest logs(LogRecord.Builder... records) {
    var ofScope = ScopeLogs.newBuilder();
    for (var record : records) {
      ofScope.addLogRecords(record);
    }
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(ResourceLogs.newBuilder().addScopeLogs(ofScope))
        .build();
  }

  private static List<KeyValue> attributes() {
    return List.of(
        text("gen_ai.operation.name", "chat"),
        text("gen_ai.provider.name", "openai"),
        text("gen_ai.request.model", "gpt-4o"),
        text("gen_ai.usage.input_tokens", "1000"),
        text("gen_ai.usage.output_tokens", "100"));
  }

  private static KeyValue text(String name, String value) {
    return KeyValue.newBuilder()
        .setKey(name)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
