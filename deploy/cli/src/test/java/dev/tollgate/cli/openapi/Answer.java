package dev.tollgate.cli.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/// What a server answered.
record Answer(int status, String contentType, String body) {
  boolean isOk() {
    return status == 200;
  }

  JsonNode json() {
    try {
      return new ObjectMapper().readTree(body);
    } catch (JsonProcessingException unreadable) {
      throw new AssertionError(toString(), unreadable);
    }
  }

  /// Why it failed.
  String reason() {
    return json().path("reason").asText();
  }

  @Override
  public String toString() {
    return status + " " + body.substring(0, Math.min(body.length(), 600));
  }
}
