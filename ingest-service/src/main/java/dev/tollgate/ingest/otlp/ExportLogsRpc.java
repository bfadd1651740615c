package dev.tollgate.ingest.otlp;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.http.OwnRoute;
import dev.tollgate.kernel.http.Routed;
import dev.tollgate.kernel.server.Foreign;
import dev.tollgate.proto.common.v1.AccessRule;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc.LogsServiceImplBase;
import java.util.List;

/// Serves `LogsService/Export` of OpenTelemetry, and the same as `/v1/logs` over HTTP.
public final class ExportLogsRpc extends LogsServiceImplBase implements Foreign, Routed {
  private static final String EXAMPLE =
      """
      {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"timeUnixNano": "1768471201000000000", \
      "eventName": "gen_ai.client.inference.operation.details", \
      "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b175", \
      "attributes": [{"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}}, \
      {"key": "gen_ai.provider.name", "value": {"stringValue": "openai"}}, \
      {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-4o"}}, \
      {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "1200"}}, \
      {"key": "gen_ai.usage.output_tokens", "value": {"intValue": "300"}}]}]}]}]}\
      """;

  private final Receiver receiver;

  public ExportLogsRpc(Receiver receiver) {
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
            "/v1/logs",
            LogsServiceGrpc.getExportMethod(),
            ExportLogsServiceRequest.getDefaultInstance(),
            EXAMPLE));
  }

  @Override
  public void export(
      ExportLogsServiceRequest request, StreamObserver<ExportLogsServiceResponse> observer) {
    ExportRpc.answer(
        receiver.receive(Caller.current(), Observations.of(request)),
        ExportLogsRpc::response,
        observer);
  }

  private static ExportLogsServiceResponse response(Receipt receipt) {
    var response = ExportLogsServiceResponse.newBuilder();
    if (!receipt.message().isEmpty()) {
      response.setPartialSuccess(
          ExportLogsPartialSuccess.newBuilder()
              .setRejectedLogRecords(receipt.rejected())
              .setErrorMessage(receipt.message()));
    }
    return response.build();
  }
}
