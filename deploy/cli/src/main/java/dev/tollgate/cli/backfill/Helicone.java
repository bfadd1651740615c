package dev.tollgate.cli.backfill;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.ServedFrom;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// Reads Helicone's requests.
final class Helicone implements Source {
  private static final String SESSION = "Helicone-Session-Id";
  private static final int TAGS_MAX = 16;
  private static final int TAG_KEY_MAX = 64;

  @Override
  public Optional<PastUsage> read(SourceRow row) {
    var id = row.text("request_id");
    if (id.isEmpty()) {
      row.reject("request_id", "", "Helicone's id of the request");
    }
    var start = row.time("request_created_at");
    var end = row.time("response_created_at").or(() -> start);
    if (end.isEmpty() && row.mistakes().isEmpty()) {
      row.reject("request_created_at", "", "when the call was made");
    }
    var event =
        UsageEvent.newBuilder()
            .setEventId(PastUsage.eventId("helicone", id))
            .setDimensions(dimensions(row));
    end.ifPresent(time -> times(row, event, start.orElse(time), time));
    if (!row.text("cache_reference_id").isEmpty()) {
      event.setServedFrom(ServedFrom.SERVED_FROM_CACHE);
    }
    row.amount("response_status", "status")
        .ifPresent(status -> event.setTerminalStatus(PastUsage.status(status.longValue())));
    usage(row, event);
    return Optional.of(new PastUsage(event, row.amount("costUSD", "cost_usd", "cost"), "USD"));
  }

  private static void times(SourceRow row, UsageEvent.Builder event, Instant start, Instant end) {
    var took = row.count("delay_ms", "latency").map(start::plusMillis);
    var first = row.count("time_to_first_token").map(start::plusMillis);
    PastUsage.times(event, start, first.orElse(end), took.orElse(end));
  }

  /* Anthropic states what was cached beside the input, others as a part of it; Helicone hands on
  what they say. A call that was refused consumed nothing. */
  private static void usage(SourceRow row, UsageEvent.Builder event) {
    var input = row.count("prompt_tokens");
    var output = row.count("completion_tokens");
    var isSuccess =
        event.getTerminalStatus() == TerminalStatus.TERMINAL_STATUS_SUCCESS
            || event.getTerminalStatus() == TerminalStatus.TERMINAL_STATUS_UNSPECIFIED;
    if (input.isEmpty() && output.isEmpty() && isSuccess) {
      return;
    }
    event.setUsage(
        PastUsage.usage(
            input.orElse(0L),
            row.count("prompt_cache_read_tokens").orElse(0L),
            row.count("prompt_cache_write_tokens").orElse(0L),
            output.orElse(0L),
            !event.getDimensions().getProvider().equals("anthropic")));
  }

  private static Dimensions.Builder dimensions(SourceRow row) {
    var properties = row.object("properties", "request_properties");
    var dimensions =
        Dimensions.newBuilder()
            .setUser(PastUsage.fit(row.text("user_id", "request_user_id", "helicone_user")))
            .setSession(PastUsage.fit(properties.path(SESSION).asText("")))
            .setRequest(PastUsage.fit(row.text("request_id")))
            .setPromptVersion(PastUsage.fit(row.text("prompt_version")));
    for (var property : properties.properties()) {
      var isTag =
          !property.getKey().startsWith("Helicone-")
              && !property.getKey().isEmpty()
              && property.getKey().length() <= TAG_KEY_MAX
              && property.getValue().isValueNode();
      if (isTag && dimensions.getTagsCount() < TAGS_MAX) {
        dimensions.putTags(
            PastUsage.fit(property.getKey()), PastUsage.fit(property.getValue().asText("")));
      }
    }
    PastUsage.model(
        dimensions,
        row.text("provider").toLowerCase(Locale.ROOT),
        row.text("model", "response_model", "request_model"));
    return dimensions;
  }
}
