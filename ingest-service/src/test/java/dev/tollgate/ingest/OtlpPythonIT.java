package dev.tollgate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Python's SDK, told of us by its environment alone; skipped where it is not installed.
/// `-Dtollgate.python=FILE` names another Python to run it with.
@ExtendWith(StoresExtension.class)
class OtlpPythonIT {
  private static final String PYTHON = System.getProperty("tollgate.python", "python3");
  private static final String PROGRAM =
      """
      import sys
      from opentelemetry import trace
      from opentelemetry.sdk.trace import TracerProvider
      from opentelemetry.sdk.trace.export import BatchSpanProcessor
      if sys.argv[1] == "grpc":
          from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
      else:
          from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
      provider = TracerProvider()
      provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
      tracer = provider.get_tracer("test")
      with tracer.start_as_current_span("invoke_agent planner", attributes={
              "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "planner"}):
          with tracer.start_as_current_span("chat gpt-4o", attributes={
                  "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai",
                  "gen_ai.request.model": "gpt-4o", "gen_ai.response.id": "chatcmpl-py",
                  "gen_ai.conversation.id": "conv-9",
                  "gen_ai.response.finish_reasons": ["stop"],
                  "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100}):
              pass
      provider.shutdown()
      """;

  @TempDir Path dir;
  private final Stores stores;

  OtlpPythonIT(Stores stores) {
    this.stores = stores;
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpc", "http"})
  void export_agentWithACall_isPriced(String protocol) throws Exception {
    assumeTrue(
        run(Map.of(), "-c", "import opentelemetry.exporter.otlp.proto." + protocol).exit() == 0,
        "Python's OpenTelemetry SDK is not installed");
    try (var rig = OtlpRig.start(stores, dir)) {
      var environment =
          Map.of(
              "OTEL_EXPORTER_OTLP_ENDPOINT",
              "http://127.0.0.1:" + rig.port(protocol.equals("grpc")),
              "OTEL_EXPORTER_OTLP_HEADERS",
              "authorization=Bearer%20" + Rig.SERVICE_KEY + ",tollgate-tenant=" + rig.tenant,
              "OTEL_SERVICE_NAME",
              "shop",
              "OTEL_RESOURCE_ATTRIBUTES",
              "deployment.environment.name=prod,tollgate.team=search,tollgate.tags.shift=night");

      var done = run(environment, "-c", PROGRAM, protocol);

      assertThat(done.exit()).as(done.output()).isZero();
      assertThat(done.output()).as("warnings and errors").isEmpty();
      rig.awaitStored(1);
      assertThat(rig.rows())
          .containsExactly(
              "PRICED openai gpt-4o agent=planner session=conv-9 project=shop environment=prod"
                  + " team=search shift=night operation=chat");
    }
  }

  private record Done(int exit, String output) {}

  private Done run(Map<String, String> environment, String... arguments) throws Exception {
    var output = dir.resolve("output");
    var command = new java.util.ArrayList<>(List.of(PYTHON));
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    try {
      var process = builder.start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("Python did not end");
      }
      return new Done(process.exitValue(), Files.readString(output, UTF_8));
    } catch (IOException noPython) {
      return new Done(-1, noPython.toString());
    }
  }
}
