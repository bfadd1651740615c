package dev.tollgate.cli.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What a server answered.
record Answer(int status, String contentType, byte[] body) {
  boolean isOk() {
    return status == 200;
  }

  JsonNode json() {
    try {
      return new ObjectMapper().readTree(body);
    } catch (IOException unreadable) {
      throw new AssertionError(toString(), unreadable);
    }
  }

  /// Why it failed.
  String reason() {
    return json().path("reason").asText();
  }

  @Override
  public String toString() {
    var text = new String(body, StandardCharsets.UTF_8);
    return status + " " + text.substring(0, Math.min(text.length(), 600));
  }
}
