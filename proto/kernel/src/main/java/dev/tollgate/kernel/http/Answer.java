package dev.tollgate.kernel.http;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.util.Map;

/// What goes back over HTTP.
public record Answer(int status, String contentType, ByteString body, Map<String, String> headers) {
  public static Answer json(int status, String body) {
    return json(status, body, Map.of());
  }

  /// What a failed call is answered with everywhere: its code, `retry-after`, and the reason as
  /// JSON.
  public static Answer failed(StatusRuntimeException failure) {
    return Errors.of(failure);
  }

  /// The same with another body.
  public Answer withBody(String contentType, ByteString body) {
    return new Answer(status, contentType, body, headers);
  }

  static Answer json(int status, String body, Map<String, String> headers) {
    return new Answer(status, "application/json", ByteString.copyFromUtf8(body), headers);
  }

  static Answer text(int status, String contentType, String body) {
    return new Answer(status, contentType, ByteString.copyFromUtf8(body), Map.of());
  }
}
