package dev.tollgate.ingest.fact;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.http.Asked;
import dev.tollgate.kernel.http.JsonMessages;
import dev.tollgate.proto.ingest.v1.Deployment;
import dev.tollgate.proto.ingest.v1.Outcome;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Optional;
import java.util.function.Function;

/// Reads a CloudEvent and finds the fact in it.
final class CloudEventReader {
  static final String OUTCOME = "dev.tollgate.outcome.v1";
  static final String DEPLOYMENT = "dev.tollgate.deployment.v1";

  private static final String VERSION = "1.0";
  private static final String HEADER = "ce-";
  private static final char ID_SEPARATOR = '|';

  /// Who names attributes that are absent or no text gets an empty one.
  private interface Attributes extends Function<String, String> {}

  private CloudEventReader() {}

  /// What a CloudEvent says.
  sealed interface Read {
    /// An outcome, not checked yet.
    record OfOutcome(Outcome outcome) implements Read {}

    /// A deployment, not checked yet.
    record OfDeployment(Deployment deployment) implements Read {}

    /// Not a CloudEvent with a fact in it.
    ///
    /// @param id as far as it can be repeated
    record Unread(String id, Failure failure) implements Read {}
  }

  /// One in structured mode, which is an object whatever else.
  static Read structured(JsonNode event) {
    Attributes attributes = name -> event.path(name).isTextual() ? event.path(name).asText() : "";
    return read(attributes, event.path("data"));
  }

  /// One in binary mode: its attributes are headers, its body the data.
  static Read binary(Asked asked) {
    return read(name -> header(asked, HEADER + name), JsonMessages.tree(asked.body()));
  }

  static boolean isBinary(Asked asked) {
    return !asked.header(HEADER + "specversion").isEmpty();
  }

  private static Read read(Attributes attributes, JsonNode data) {
    var id = attributes.apply("source") + ID_SEPARATOR + attributes.apply("id");
    try {
      var fields = new Fields();
      check(fields, attributes, data);
      var time = time(fields, attributes.apply("time"));
      fields.check();
      return attributes.apply("type").equals(OUTCOME)
          ? new Read.OfOutcome(outcome(data, id, time))
          : new Read.OfDeployment(deployment(data, id, time));
    } catch (Failure malformed) {
      return new Read.Unread(id, malformed);
    }
  }

  private static void check(Fields fields, Attributes attributes, JsonNode data) {
    if (!attributes.apply("specversion").equals(VERSION)) {
      fields.rejectText("specversion", attributes.apply("specversion"), VERSION);
    }
    fields.token("id", attributes.apply("id"), FactFields.ID_MAX);
    var source = fields.token("source", attributes.apply("source"), FactFields.ID_MAX);
    if (source.indexOf(ID_SEPARATOR) >= 0) {
      fields.rejectText("source", source, "no " + ID_SEPARATOR);
    }
    var type = attributes.apply("type");
    if (!type.equals(OUTCOME) && !type.equals(DEPLOYMENT)) {
      fields.rejectText("type", type, OUTCOME + " or " + DEPLOYMENT);
    }
    var contentType = attributes.apply("datacontenttype");
    if (!contentType.isEmpty() && !contentType.startsWith("application/json")) {
      fields.rejectText("datacontenttype", contentType, "application/json");
    }
    if (!data.isObject()) {
      fields.reject("data", "no JSON object", "an outcome or a deployment as JSON");
    }
  }

  private static Optional<Timestamp> time(Fields fields, String time) {
    try {
      return time.isEmpty() ? Optional.empty() : Optional.of(Timestamps.parse(time));
    } catch (ParseException malformed) {
      fields.rejectText("time", time, "a time like 2026-08-01T12:00:00Z");
      return Optional.empty();
    }
  }

  private static Outcome outcome(JsonNode data, String id, Optional<Timestamp> time) {
    var outcome = JsonMessages.message(data, Outcome.getDefaultInstance()).toBuilder();
    if (outcome.getOutcomeId().isEmpty()) {
      outcome.setOutcomeId(id);
    }
    if (!outcome.hasOutcomeTime()) {
      time.ifPresent(outcome::setOutcomeTime);
    }
    return outcome.build();
  }

  private static Deployment deployment(JsonNode data, String id, Optional<Timestamp> time) {
    var deployment = JsonMessages.message(data, Deployment.getDefaultInstance()).toBuilder();
    if (deployment.getDeploymentId().isEmpty()) {
      deployment.setDeploymentId(id);
    }
    if (!deployment.hasDeploymentTime()) {
      time.ifPresent(deployment::setDeploymentTime);
    }
    return deployment.build();
  }

  /* In headers, what is not printable ASCII is percent-encoded; a plus is a plus. */
  private static String header(Asked asked, String name) {
    var values = asked.header(name);
    if (values.size() != 1) {
      return "";
    }
    var value = values.getFirst();
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return value;
    }
  }
}
