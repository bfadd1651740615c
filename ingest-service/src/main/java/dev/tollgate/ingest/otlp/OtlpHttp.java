package dev.tollgate.ingest.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.Status;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.failure.Failures;
import dev.tollgate.kernel.http.Answer;
import dev.tollgate.kernel.http.Asked;
import dev.tollgate.kernel.http.OwnRoute;
import dev.tollgate.kernel.http.OwnRoute.Body;
import dev.tollgate.kernel.http.OwnRoute.Form;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import java.util.List;
import java.util.Map;

/// An export over HTTP: protobuf or JSON in, the same out; failures as `google.rpc.Status`.
final class OtlpHttp<Q extends Message, R extends Message> {
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";

  private final MethodDescriptor<Q, R> method;
  private final Q prototype;

  private OtlpHttp(MethodDescriptor<Q, R> method, Q prototype) {
    this.method = method;
    this.prototype = prototype;
  }

  /// The route that does what the method does.
  ///
  /// @param example a request as JSON
  static <Q extends Message, R extends Message> OwnRoute route(
      String path, MethodDescriptor<Q, R> method, Q prototype, String example) {
    var message = prototype.getDescriptorForType();
    return new OwnRoute(
        path,
        "OTLP/HTTP: an export of OpenTelemetry, as protobuf or as JSON with ids in hex. Fails with"
            + " google.rpc.Status in the same form.",
        List.of(
            new Body(PROTOBUF, Form.BINARY, message, ""),
            new Body(JSON, Form.OBJECT, message, example)),
        List.of(method),
        List.of(ExportRpc.ACCESS),
        OwnRoute.Failures.RPC_STATUS,
        new OtlpHttp<>(method, prototype)::answer);
  }

  private Answer answer(Asked asked, Channel calls) {
    var isJson = asked.contentType().equals(JSON);
    try {
      var request = isJson ? OtlpJson.read(asked.body(), prototype) : binary(asked.body());
      R response = ClientCalls.blockingUnaryCall(calls, method, CallOptions.DEFAULT, request);
      return isJson
          ? Answer.json(200, OtlpJson.print(response))
          : new Answer(200, PROTOBUF, response.toByteString(), Map.of());
    } catch (Failure failure) {
      return failed(Failures.exception(failure), isJson);
    } catch (StatusRuntimeException failure) {
      return failed(failure, isJson);
    }
  }

  private Q binary(ByteString body) {
    try {
      @SuppressWarnings("unchecked") // a message's parser makes messages of its type
      var request = (Q) prototype.getParserForType().parseFrom(body);
      return request;
    } catch (InvalidProtocolBufferException malformed) {
      throw Failure.of(
          Reason.BODY_INVALID,
          "The body is no " + prototype.getDescriptorForType().getFullName() + " in protobuf");
    }
  }

  private static Answer failed(StatusRuntimeException failure, boolean isJson) {
    Status status = StatusProto.fromStatusAndTrailers(failure.getStatus(), failure.getTrailers());
    return Answer.failed(failure)
        .withBody(
            isJson ? JSON : PROTOBUF,
            isJson ? ByteString.copyFromUtf8(OtlpJson.print(status)) : status.toByteString());
  }
}
