package dev.tollgate.pricing.answer;

import com.google.protobuf.Message;
import dev.tollgate.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/// Where a list goes on: the state of what it shows, how much was shown, and a digest of the
/// question, so that it goes on with the same.
///
/// @param state names a version that does not change; whoever reads it must check that its caller
///   may see that, since anybody can write a token
public record PageToken(String state, int offset, int question) {
  private static final Pattern TEXT = Pattern.compile("([!-.0-~]*)/(\\d{1,9})/(-?\\d{1,10})");
  private static final int LENGTH_MAX = 1_024;

  /// A digest of a request without its page.
  public static int digest(Message question) {
    // Of the bytes: a message's own hash differs from process to process.
    return Arrays.hashCode(question.toByteArray());
  }

  public String text() {
    var text = state + "/" + offset + "/" + question;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Reads a token that a caller sent; FIELD_INVALID where it is not one of the same question.
  public static PageToken parse(String token, int question) {
    try {
      if (token.length() <= LENGTH_MAX) {
        var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        var parts = TEXT.matcher(text);
        if (parts.matches() && Long.parseLong(parts.group(3)) == question) {
          return new PageToken(parts.group(1), Integer.parseInt(parts.group(2)), question);
        }
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw invalid();
  }

  public static Failure invalid() {
    return Failure.invalid(
        "page_token", "(expected: the one of the previous answer to this question)");
  }
}
