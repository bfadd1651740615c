package dev.tollgate.ingest.otlp;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.http.OwnRoute;
import dev.tollgate.kernel.http.Routed;
import dev.tollgate.kernel.server.Foreign;
import dev.tollgate.proto.common.v1.AccessRule;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc.TraceServiceImplBase;
import java.util.List;

/// Serves `TraceService/Export` of OpenTelemetry, and the same as `/v1/traces` over HTTP.
public final class ExportTracesRpc extends TraceServiceImplBase implements Foreign, Routed {
  private static final String EXAMPLE =
      """
      {"resourceSpans": [{"scopeSpans": [{"spans": [{"name": "chat gpt-4o", "kind": 3, \
      "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", \
      "startTimeUnixNano": "1768471200000000000", "endTimeUnixNano": "1768471201000000000", \
      "attributes": [{"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}}, \
      {"key": "gen_ai.provider.name", "value": {"stringValue": "openai"}}, \
      {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-4o"}}, \
      {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "1200"}}, \
      {"key": "gen_ai.usage.output_tokens", "value": {"intValue": "300"}}]}]}]}]}\
      """;

  private final Receiver receiver;

  public ExportTracesRpc(Receiver receiver) {
    this.receiver = receiver;
  }

  @Override
  public AccessRule access() {
    return ExportRpc.ACCESS;
  }

  @Override
  public List<OwnRoute> routes() {
    return List.of(
        OtlpHttp.route(
            "/v1/traces",
            TraceServiceGrpc.getExportMethod(),
            ExportTraceServiceRequest.getDefaultInstance(),
            EXAMPLE));
  }

  @Override
  public void export(
      ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> observer) {
    ExportRpc.answer(
        receiver.receive(Caller.current(), Observations.of(request)),
        ExportTracesRpc::response,
        observer);
  }

  private static ExportTraceServiceResponse response(Receipt receipt) {
    var response = ExportTraceServiceResponse.newBuilder();
    if (!receipt.message().isEmpty()) {
      response.setPartialSuccess(
          ExportTracePartialSuccess.newBuilder()
              .setRejectedSpans(receipt.rejected())
              .setErrorMessage(receipt.message()));
    }
    return response.build();
  }
}
