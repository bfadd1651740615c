package dev.tollgate.cli.backfill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.util.Optional;
import java.util.Set;

/// Reads Langfuse's observations, as its API and its exports name their fields.
final class Langfuse implements Source {
  private static final Set<String> CALLS = Set.of("", "GENERATION", "EMBEDDING");

  @Override
  public Optional<PastUsage> read(SourceRow row) {
    if (!CALLS.contains(row.text("type"))) {
      return Optional.empty();
    }
    var id = row.text("id");
    if (id.isEmpty()) {
      row.reject("id", "", "Langfuse's id of the observation");
    }
    var start = row.time("startTime", "start_time");
    var end = row.time("endTime", "end_time").or(() -> start);
    if (end.isEmpty() && row.mistakes().isEmpty()) {
      row.reject("endTime", "", "when the call ended");
    }
    var event =
        UsageEvent.newBuilder()
            .setEventId(PastUsage.eventId("langfuse", id))
            .setDimensions(dimensions(row));
    end.ifPresent(time ->
        PastUsage.times(
            event,
            start.orElse(time),
            row.time("completionStartTime", "completion_start_time").orElse(time),
            time));
    if (row.text("level").equals("ERROR")) {
      event.setTerminalStatus(TerminalStatus.TERMINAL_STATUS_ERROR);
    }
    usage(row).ifPresent(event::setUsage);
    return Optional.of(
        new PastUsage(
            event,
            row.amount(
                "calculatedTotalCost",
                "totalCost",
                "total_cost",
                "costDetails.total",
                "cost_details.total"),
            "USD"));
  }

  /* Its details are disjoint, since it charges each by a price of its own. */
  private static Optional<Usage.Builder> usage(SourceRow row) {
    var details = row.object("usageDetails", "usage_details");
    if (!details.isEmpty()) {
      return Optional.of(usage(row, details));
    }
    var input = row.count("usage.input", "usage.promptTokens", "promptTokens", "inputUsage");
    var output =
        row.count("usage.output", "usage.completionTokens", "completionTokens", "outputUsage");
    return input.isEmpty() && output.isEmpty()
        ? Optional.empty()
        : Optional.of(PastUsage.usage(input.orElse(0L), 0, 0, output.orElse(0L), false));
  }

  private static Usage.Builder usage(SourceRow row, JsonNode details) {
    var usage = Usage.newBuilder();
    for (var detail : details.properties()) {
      var bucket = bucket(detail.getKey());
      if (!bucket.isEmpty()) {
        var count = new SourceRow(row.line(), details).count(detail.getKey());
        if (count.isEmpty() && !detail.getValue().isNull()) {
          row.reject("usageDetails." + detail.getKey(), detail.getValue().asText(), "a count");
        }
        usage.putBuckets(bucket, usage.getBucketsOrDefault(bucket, 0) + count.orElse(0L));
      }
    }
    return usage;
  }

  private static String bucket(String detail) {
    if (detail.contains("cache_creation") || detail.contains("cache_write")) {
      return "cache_write";
    }
    if (detail.contains("cache_read") || detail.contains("cached")) {
      return "cache_read";
    }
    if (detail.contains("reasoning")) {
      return "reasoning";
    }
    if (detail.startsWith("input") || detail.startsWith("prompt")) {
      return "input";
    }
    return detail.startsWith("output") || detail.startsWith("completion") ? "output" : "";
  }

  private static Dimensions.Builder dimensions(SourceRow row) {
    var dimensions =
        Dimensions.newBuilder()
            .setTrace(PastUsage.fit(row.text("traceId", "trace_id")))
            .setUser(PastUsage.fit(row.text("userId", "user_id")))
            .setSession(PastUsage.fit(row.text("sessionId", "session_id")))
            .setEnvironment(PastUsage.fit(row.text("environment")))
            .setRelease(PastUsage.fit(row.text("release", "version")))
            .setPromptVersion(PastUsage.fit(row.text("promptVersion", "prompt_version")))
            .setRequest(PastUsage.fit(row.text("id")))
            .setOperation(row.text("type").equals("EMBEDDING") ? "embeddings" : "chat");
    PastUsage.model(
        dimensions,
        row.text("metadata.provider", "metadata.ls_provider"),
        row.text("model", "providedModelName", "provided_model_name"));
    return dimensions;
  }
}
