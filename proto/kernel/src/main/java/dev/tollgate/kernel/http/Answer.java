package dev.tollgate.kernel.http;

import java.util.Map;

/// What goes back over HTTP.
record Answer(int status, String contentType, String body, Map<String, String> headers) {
  static Answer json(int status, String body) {
    return json(status, body, Map.of());
  }

  static Answer json(int status, String body, Map<String, String> headers) {
    return new Answer(status, "application/json", body, headers);
  }

  static Answer text(int status, String contentType, String body) {
    return new Answer(status, contentType, body, Map.of());
  }
}
