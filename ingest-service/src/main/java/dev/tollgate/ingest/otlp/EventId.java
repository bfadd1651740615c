package dev.tollgate.ingest.otlp;

import dev.tollgate.ingest.otlp.Aliases.Field;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// The id under which a call counts, however often and by whatever records it is told.
final class EventId {
  private static final String OF_RESPONSE = "otlp/response/";
  private static final String OF_SPAN = "otlp/span/";
  private static final String OF_LOG = "otlp/log/";
  private static final int RESPONSE_ID_MAX = 100;
  private static final Pattern TRACE = Pattern.compile("(?!0{32})[0-9a-f]{32}");
  private static final Pattern SPAN = Pattern.compile("(?!0{16})[0-9a-f]{16}");

  private EventId() {}

  /// Empty where nothing names the call.
  static Optional<String> of(Trail trail) {
    var record = trail.record();
    var response = trail.text(Field.RESPONSE_ID);
    if (response.isPresent()) {
      return Optional.of(OF_RESPONSE + token(response.get()));
    }
    if (!record.isSpan()) {
      // Its span is told elsewhere, perhaps, and then nothing would join the two.
      return record.fallbackId().isEmpty()
          ? Optional.empty()
          : Optional.of(OF_LOG + record.fallbackId());
    }
    return TRACE.matcher(record.traceId()).matches() && SPAN.matcher(record.spanId()).matches()
        ? Optional.of(OF_SPAN + record.traceId() + "/" + record.spanId())
        : Optional.empty();
  }

  /// Whether the id is a response's, which records of several kinds may share.
  static boolean isOfResponse(String eventId) {
    return eventId.startsWith(OF_RESPONSE);
  }

  private static String token(String responseId) {
    return Texts.isToken(responseId, RESPONSE_ID_MAX) ? responseId : "sha256:" + sha256(responseId);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
