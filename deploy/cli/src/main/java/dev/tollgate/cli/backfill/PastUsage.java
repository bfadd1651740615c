package dev.tollgate.cli.backfill;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a row comes to: an event, and what its source says that the call cost.
///
/// @param theirCost empty where the source says nothing
/// @param currency of `theirCost`
record PastUsage(UsageEvent.Builder event, Optional<BigDecimal> theirCost, String currency) {
  private static final int ID_MAX = 128;
  private static final int VALUE_MAX = 256;
  private static final Duration LATENCY_MAX = Duration.ofHours(24);

  /* As tools name who bills, and as we do. */
  private static final Map<String, String> PROVIDERS =
      Map.ofEntries(
          Map.entry("bedrock", "aws"),
          Map.entry("bedrock_converse", "aws"),
          Map.entry("aws_bedrock", "aws"),
          Map.entry("sagemaker", "aws"),
          Map.entry("vertex_ai", "google"),
          Map.entry("vertex", "google"),
          Map.entry("gemini", "google"),
          Map.entry("google_ai_studio", "google"),
          Map.entry("azure_ai", "azure"),
          Map.entry("text-completion-openai", "openai"),
          Map.entry("x-ai", "xai"));

  private static final Map<String, String> MAKERS =
      Map.ofEntries(
          Map.entry("gpt-", "openai"),
          Map.entry("chatgpt-", "openai"),
          Map.entry("o1", "openai"),
          Map.entry("o3", "openai"),
          Map.entry("o4", "openai"),
          Map.entry("text-embedding-", "openai"),
          Map.entry("claude", "anthropic"),
          Map.entry("gemini", "google"),
          Map.entry("mistral", "mistral"),
          Map.entry("codestral", "mistral"),
          Map.entry("deepseek", "deepseek"),
          Map.entry("grok", "xai"));

  /// An id in the source's own namespace: the same row always has the same.
  static String eventId(String namespace, String id) {
    var whole = namespace + "/" + id;
    return whole.length() <= ID_MAX && whole.matches("[!-~]+")
        ? whole
        : namespace + "/sha256/" + sha256(id);
  }

  private static String sha256(String id) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(id.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// Who bills for the model, by what a tool calls it, else by who makes the model. A model whose
  /// name begins with its provider's loses that.
  static void model(Dimensions.Builder dimensions, String provider, String model) {
    var named = provider.toLowerCase(Locale.ROOT);
    var plain = model.startsWith(named + "/") ? model.substring(named.length() + 1) : model;
    var maker =
        MAKERS.entrySet().stream()
            .filter(each -> plain.startsWith(each.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("unknown");
    dimensions
        .setProvider(fit(named.isEmpty() ? maker : PROVIDERS.getOrDefault(named, named)))
        .setModel(fit(plain.isEmpty() ? "unknown" : plain));
  }

  /// The value as a dimension may have it.
  static String fit(String value) {
    var plain = value.replaceAll("\\p{Cntrl}", " ");
    return plain.length() <= VALUE_MAX ? plain : plain.substring(0, VALUE_MAX);
  }

  /// Tokens as disjoint buckets.
  ///
  /// @param isInside whether what was cached is part of the input, unless it is more than that
  static Usage.Builder usage(
      long input, long cacheRead, long cacheWrite, long output, boolean isInside) {
    var cached = cacheRead + cacheWrite;
    var usage =
        Usage.newBuilder()
            .putBuckets("input", isInside && cached <= input ? input - cached : input)
            .putBuckets("output", output);
    if (cacheRead > 0) {
      usage.putBuckets("cache_read", cacheRead);
    }
    if (cacheWrite > 0) {
      usage.putBuckets("cache_write", cacheWrite);
    }
    return usage;
  }

  /// When the call was, and how long it took: the parts of that which make sense.
  static void times(UsageEvent.Builder event, Instant start, Instant firstToken, Instant end) {
    event.setEventTime(
        Timestamps.fromNanos(0).toBuilder()
            .setSeconds(end.getEpochSecond())
            .setNanos(end.getNano()));
    var latency = Duration.between(start, end);
    if (latency.isPositive() && latency.compareTo(LATENCY_MAX) <= 0) {
      event.setLatency(Durations.fromMillis(latency.toMillis()));
      var toFirst = Duration.between(start, firstToken);
      if (toFirst.isPositive() && toFirst.compareTo(latency) <= 0) {
        event.setTimeToFirstToken(Durations.fromMillis(toFirst.toMillis()));
      }
    }
  }

  /// What a status of HTTP says of a call.
  static TerminalStatus status(long http) {
    if (http == 429) {
      return TerminalStatus.TERMINAL_STATUS_RATE_LIMITED;
    }
    if (http == 408 || http == 504) {
      return TerminalStatus.TERMINAL_STATUS_TIMEOUT;
    }
    if (http == 499) {
      return TerminalStatus.TERMINAL_STATUS_CANCELLED;
    }
    return http >= 200 && http < 300
        ? TerminalStatus.TERMINAL_STATUS_SUCCESS
        : TerminalStatus.TERMINAL_STATUS_ERROR;
  }
}
