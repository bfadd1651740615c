package dev.tollgate.cli.backfill;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.ServedFrom;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/// Reads rows of LiteLLM's table of spend.
final class LiteLlm implements Source {
  private static final String USAGE = "metadata.usage_object.";
  private static final String MORE_USAGE = "metadata.additional_usage_values.";

  @Override
  public Optional<PastUsage> read(SourceRow row) {
    var id = row.text("request_id");
    if (id.isEmpty()) {
      row.reject("request_id", "", "LiteLLM's id of the request");
    }
    var end = row.time("endTime", "startTime");
    if (end.isEmpty() && row.mistakes().isEmpty()) {
      row.reject("endTime", "", "when the call ended");
    }
    var event =
        UsageEvent.newBuilder()
            .setEventId(PastUsage.eventId("litellm", id))
            .setDimensions(dimensions(row));
    end.ifPresent(time ->
        PastUsage.times(
            event,
            row.time("startTime").orElse(time),
            row.time("completionStartTime").orElse(time),
            time));
    if (row.text("cache_hit").toLowerCase(Locale.ROOT).equals("true")) {
      event.setServedFrom(ServedFrom.SERVED_FROM_CACHE);
    }
    if (row.text("status").equals("failure")) {
      event.setTerminalStatus(TerminalStatus.TERMINAL_STATUS_ERROR);
    }
    usage(row, event);
    return Optional.of(new PastUsage(event, row.amount("spend"), "USD"));
  }

  private static void usage(SourceRow row, UsageEvent.Builder event) {
    var input = row.count("prompt_tokens");
    var output = row.count("completion_tokens");
    if (input.isEmpty() && output.isEmpty()) {
      return;
    }
    var read =
        row.count(
            USAGE + "cache_read_input_tokens",
            MORE_USAGE + "cache_read_input_tokens",
            USAGE + "prompt_tokens_details.cached_tokens");
    var written =
        row.count(
            USAGE + "cache_creation_input_tokens", MORE_USAGE + "cache_creation_input_tokens");
    event.setUsage(
        PastUsage.usage(
            input.orElse(0L), read.orElse(0L), written.orElse(0L), output.orElse(0L), true));
  }

  private static Dimensions.Builder dimensions(SourceRow row) {
    var dimensions =
        Dimensions.newBuilder()
            .setEndpoint(PastUsage.fit(host(row.text("api_base"))))
            .setApiKey(PastUsage.fit(row.text("metadata.user_api_key_alias", "api_key")))
            .setTeam(PastUsage.fit(row.text("metadata.user_api_key_team_alias", "team_id")))
            .setUser(PastUsage.fit(row.text("user")))
            .setCustomer(PastUsage.fit(row.text("end_user")))
            .setSession(PastUsage.fit(row.text("session_id")))
            .setAgent(PastUsage.fit(row.text("agent_id")))
            .setRequest(PastUsage.fit(row.text("request_id")))
            .setOperation(operation(row.text("call_type")));
    PastUsage.model(dimensions, row.text("custom_llm_provider"), row.text("model"));
    return dimensions;
  }

  private static String operation(String callType) {
    return switch (callType) {
      case "completion", "acompletion" -> "chat";
      case "embedding", "aembedding" -> "embeddings";
      case "text_completion", "atext_completion" -> "text_completion";
      default -> PastUsage.fit(callType);
    };
  }

  /* An address may carry a key. */
  private static String host(String address) {
    try {
      var host = URI.create(address).getHost();
      return host == null ? "" : host;
    } catch (IllegalArgumentException notAnAddress) {
      return "";
    }
  }
}
