package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// OpenTelemetry's own SDK, told of us by its environment alone.
@ExtendWith(StoresExtension.class)
class OtlpSdkIT {
  private static final AttributeKey<String> OPERATION =
      AttributeKey.stringKey("gen_ai.operation.name");

  /// What went out, so that it can go out again.
  private static final class Recording implements SpanExporter {
    final SpanExporter exporter;
    final List<SpanData> exported = new ArrayList<>();

    Recording(SpanExporter exporter) {
      this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      exported.addAll(spans);
      return exporter.export(spans);
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }

  @TempDir Path dir;
  private final Stores stores;
  private OtlpRig rig;

  OtlpSdkIT(Stores stores) {
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

  @ParameterizedTest
  @ValueSource(strings = {"grpc", "http/protobuf"})
  void export_agentWithTwoCalls_isPricedPerCall_andAgainChangesNothing(String protocol) {
    var recordings = new ArrayList<Recording>();
    try (var sdk = sdk(protocol, "gzip", recordings)) {
      var tracer = sdk.getTracer("test");
      var agent = agent(tracer);
      chat(tracer, agent, "chatcmpl-1").end();
      chat(tracer, agent, "").end();
      agent.end();
      assertDone(sdk.getSdkTracerProvider().forceFlush());
      rig.awaitStored(2);

      var recording = recordings.getFirst();
      assertThat(recording.exported).hasSize(3);
      assertDone(recording.exporter.export(recording.exported));
    }
    assertThat(rig.counted("counted")).isEqualTo(4);
    assertThat(rig.counted("skipped")).isEqualTo(2);
    rig.awaitStored(2);
    assertThat(rig.rows())
        .containsOnly(
            "PRICED openai gpt-4o agent=planner session=conv-9 project=shop environment=prod"
                + " team=search shift=night operation=chat");
  }

  @Test
  void export_logRecordAndSpanOfOneCall_countOnce() {
    try (var sdk = sdk("grpc", "none", new ArrayList<>())) {
      var span = chat(sdk.getTracer("test"), Span.getInvalid(), "chatcmpl-7");
      sdk.getLogsBridge()
          .get("test")
          .logRecordBuilder()
          .setContext(Context.root().with(span))
          .setEventName("gen_ai.client.inference.operation.details")
          .setTimestamp(TimeSource.SYSTEM.now())
          .setAttribute(OPERATION, "chat")
          .setAttribute(AttributeKey.stringKey("gen_ai.provider.name"), "openai")
          .setAttribute(AttributeKey.stringKey("gen_ai.request.model"), "gpt-4o")
          .setAttribute(AttributeKey.stringKey("gen_ai.response.id"), "chatcmpl-7")
          .setAttribute(AttributeKey.longKey("gen_ai.usage.input_tokens"), 1_000L)
          .setAttribute(AttributeKey.longKey("gen_ai.usage.output_tokens"), 100L)
          .setAttribute(AttributeKey.stringKey("gen_ai.input.messages"), "said in private")
          .emit();
      assertDone(sdk.getSdkLoggerProvider().forceFlush());
      rig.awaitStored(1);
      span.end();
      assertDone(sdk.getSdkTracerProvider().forceFlush());
    }
    assertThat(rig.counted("twin")).isEqualTo(1);
    assertThat(rig.counted("conflicting")).isZero();
    rig.awaitStored(1);
  }

  private static Span agent(Tracer tracer) {
    return tracer
        .spanBuilder("invoke_agent planner")
        .setAttribute(OPERATION, "invoke_agent")
        .setAttribute("gen_ai.agent.name", "planner")
        .setAttribute("gen_ai.usage.input_tokens", 2_000)
        .setAttribute("gen_ai.usage.output_tokens", 200)
        .startSpan();
  }

  private static Span chat(Tracer tracer, Span parent, String responseId) {
    var span =
        tracer
            .spanBuilder("chat gpt-4o")
            .setParent(Context.root().with(parent))
            .setAttribute(OPERATION, "chat")
            .setAttribute("gen_ai.provider.name", "openai")
            .setAttribute("gen_ai.request.model", "gpt-4o")
            .setAttribute("gen_ai.conversation.id", "conv-9")
            .setAttribute("gen_ai.usage.input_tokens", 1_000)
            .setAttribute("gen_ai.usage.output_tokens", 100)
            .startSpan();
    return responseId.isEmpty() ? span : span.setAttribute("gen_ai.response.id", responseId);
  }

  /// An SDK that knows of us what its environment says, and nothing else.
  private OpenTelemetrySdk sdk(String protocol, String compression, List<Recording> recordings) {
    var environment =
        Map.of(
            "otel.exporter.otlp.endpoint",
            "http://127.0.0.1:" + rig.port(protocol.equals("grpc")),
            "otel.exporter.otlp.protocol",
            protocol,
            "otel.exporter.otlp.compression",
            compression,
            "otel.exporter.otlp.headers",
            "authorization=Bearer%20" + Rig.SERVICE_KEY + ",tollgate-tenant=" + rig.tenant,
            "otel.metrics.exporter",
            "none",
            "otel.service.name",
            "shop",
            "otel.resource.attributes",
            "deployment.environment.name=prod,tollgate.team=search,tollgate.tags.shift=night");
    return AutoConfiguredOpenTelemetrySdk.builder()
        .disableShutdownHook()
        .addPropertiesSupplier(() -> environment)
        .addSpanExporterCustomizer((exporter, _) -> {
          var recording = new Recording(exporter);
          recordings.add(recording);
          return recording;
        })
        .build()
        .getOpenTelemetrySdk();
  }

  private static void assertDone(CompletableResultCode result) {
    assertThat(result.join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
  }
}
