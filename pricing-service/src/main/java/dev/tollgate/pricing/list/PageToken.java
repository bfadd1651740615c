package dev.tollgate.pricing.list;

import dev.tollgate.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/// Where a list goes on: the version that it shows, how many prices were shown, and a digest of the
/// filters, so that it goes on with the same question.
record PageToken(long version, int offset, int filters) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,18})/(\\d{1,9})/(-?\\d{1,10})");

  String text() {
    var text = version + "/" + offset + "/" + filters;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Reads a token that a caller sent; FIELD_INVALID where it is not one of the same question.
  static PageToken parse(String token, int filters) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      var parts = TEXT.matcher(text);
      if (parts.matches() && Long.parseLong(parts.group(3)) == filters) {
        return new PageToken(
            Long.parseLong(parts.group(1)), Integer.parseInt(parts.group(2)), filters);
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw invalid();
  }

  static Failure invalid() {
    return Failure.invalid(
        "page_token", "(expected: the one of the previous answer to this question)");
  }
}
